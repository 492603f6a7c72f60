"""Every word that stands in an exported package."""

from __future__ import annotations

TITLE = "评审材料索引"
SUBTITLE = (
    "{programme}：{count}家，{files}个文件；{made}导出。"
    "文件均为归档材料的只读副本，已逐个校验SHA-256。"
)
INDEX = "索引"
OTHER = "其他文件"
ABSENT = "—"
PART = "见“{folder}/{name}”第{pages}页"
PAGES = "{first}-{last}"
HEADS = (
    "序号", "申报编号", "申报单位全称", "标杆名称", "市", "档号", "状态", "收到时间", "版本",
)  # fmt: skip
FOLDER_HEAD = "文件夹"
LEFT_OUT_TITLE = "未能导出（请联系运维人员核查归档，勿视为未报送）"
LEFT_OUT_HEADS = ("申报编号", "申报单位全称", "原因")
