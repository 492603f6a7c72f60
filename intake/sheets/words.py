"""Every word that a sheet shows for a code of ours, and the tone it is shown in."""

from __future__ import annotations

from enum import StrEnum

OUTCOMES = {
    "complete": "材料齐全",
    "correction": "需补正",
    "returned": "退回",
    "late_refused": "逾期",
    "late_pending": "逾期待定",
    "duplicate": "重复报送",
    "forwarded": "转发邮件",
    "tied": "已归入其他申报",
    "ignored": "非申报邮件",
}
STATES = {
    "present": "有",
    "missing": "缺",
    "wrong_format": "格式不符",
    "too_few": "份数不足",
    "too_many": "份数超出",
    "unreadable": "无法打开",
    "absent_optional": "无",
}
EFFECTS = {
    "note": "记录备查",
    "remind": "提示申报单位",
    "person": "请经办人查看",
    "correct": "请申报单位补正",
    "pend": "待经办人决定",
    "refuse": "不予接收",
    "return": "退回申报单位",
    "ignore": "不作申报处理",
}
SEALS = {
    "seal.changed": "签署后有改动",
    "seal.missing": "未见",
    "seal.not_seen": "未见",
    "seal.other_name": "名称不符",
    "seal.branch": "分支机构或部门印章",
    "seal.former_name": "单位曾用名印章",
    "seal.near_name": "名称相近而不同",
    "seal.partial": "残缺或模糊",
    "seal.signed_partly": "签名未覆盖全文",
    "seal.grey": "黑白件，无法判断",
    "seal.signed_unverified": "电子签名，未能核验",
    "seal.seen_unread": "已见印章，印文未辨认",
    "seal.seen_name": "已见印章，名称待核对",
    "seal.seen": "已见印章",
    "seal.signed": "电子签名，内容未改动",
    "material.seal_unchecked": "待人工核验",
}
"""By the code of the finding, what most needs a look first."""

DECISIONS = {
    "accept_late": "接收逾期材料",
    "accept": "予以接收",
    "return": "退回",
    "tie": "归入{elsewhere}",
    "not_a_submission": "认定为非申报邮件",
    "checked": "已人工核验",
    "revoke": "撤销此前决定",
}
FORMAT_NAMES = {
    "application/pdf": "PDF",
    "application/ofd": "OFD",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/msword": "DOC",
    "application/rtf": "RTF",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.ms-excel": "XLS",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "application/vnd.ms-powerpoint": "PPT",
    "application/zip": "ZIP",
    "application/vnd.rar": "RAR",
    "application/x-7z-compressed": "7Z",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/heic": "HEIC",
    "text/plain": "TXT",
    "text/csv": "CSV",
}
"""By content, whatever a file's ending says; of all others the ending is shown."""

LATE = {True: "是", False: "否"}

ARRIVALS = {
    "first": "首次报送",
    "later": "更新或补正",
    "duplicate": "重复报送",
    "unknown": "未能识别单位",
}
TOTAL, SO_FAR, DEADLINE = "合计", "累计申报", "截止"
ARRIVALS_TITLE = "{programme}：按日收到数"
ARRIVALS_NOTE = (
    "截止时间{deadline}（{zone}）；统计至{until}；按邮件服务器时间计日，自动回复等非申报邮件不计。"
)
ZONES = {"Asia/Shanghai": "北京时间"}
OUTSIDE_NOTE = "另有{count}封的日期在所示范围之外。"
PER_DAY = "每日收到（封）"
APPLICATIONS = "累计申报（家）"
CHART_LEGEND = "{kind} {count}封"
CHART_SO_FAR = "累计申报 {count}家"
DEADLINE_AT = "截止 {deadline}"

FIRST_RECEIVED = "首次收到时间：{moment}"
DECIDED = "{day} {by}决定：{what}（{reason}）"
REVOKED = "{decided}［已撤销］"
CHECKED_SEALS = "已人工核验（{by}）"
CUT = "…（内容过长，全文见归档材料）"
MOMENT = "{0.year}年{0.month}月{0.day}日 {0:%H:%M:%S}"
DAY = "{0.year}年{0.month}月{0.day}日"


class Tone(StrEnum):
    """How a cell is coloured: by what a person has to do about it."""

    GOOD = "good"
    ASKED = "asked"
    WAITING = "waiting"
    BAD = "bad"
    QUIET = "quiet"


TONES = {
    OUTCOMES["complete"]: Tone.GOOD,
    OUTCOMES["correction"]: Tone.ASKED,
    OUTCOMES["returned"]: Tone.BAD,
    OUTCOMES["late_refused"]: Tone.BAD,
    OUTCOMES["late_pending"]: Tone.WAITING,
    OUTCOMES["duplicate"]: Tone.QUIET,
    OUTCOMES["forwarded"]: Tone.QUIET,
    OUTCOMES["tied"]: Tone.QUIET,
    OUTCOMES["ignored"]: Tone.QUIET,
    STATES["present"]: Tone.GOOD,
    STATES["missing"]: Tone.BAD,
    STATES["wrong_format"]: Tone.ASKED,
    STATES["too_few"]: Tone.ASKED,
    STATES["too_many"]: Tone.WAITING,
    STATES["unreadable"]: Tone.BAD,
    STATES["absent_optional"]: Tone.QUIET,
    EFFECTS["correct"]: Tone.ASKED,
    EFFECTS["return"]: Tone.BAD,
    EFFECTS["refuse"]: Tone.BAD,
    EFFECTS["pend"]: Tone.WAITING,
    EFFECTS["person"]: Tone.WAITING,
    EFFECTS["note"]: Tone.QUIET,
    EFFECTS["remind"]: Tone.QUIET,
    EFFECTS["ignore"]: Tone.QUIET,
    LATE[True]: Tone.BAD,
}
"""Words of `Kind.STATE` cells; any other is shown without a colour."""
