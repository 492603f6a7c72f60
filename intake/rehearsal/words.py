"""Every word that the report of a rehearsal shows for a code of ours."""

from __future__ import annotations

TITLE = "规则演练"
LETTERS = {
    "complete": "材料齐全",
    "correction": "需补正",
    "returned": "退回",
    "late_refused": "逾期",
    "late_pending": "逾期待定",
    "duplicate": "重复报送",
    "superseding": "材料齐全（新版本）",
    "none": "不发回执",
}
SAME_WORDS, OTHER_WORDS = "不变", "有变化"
DIFFERING, OUTCOMES_SHEET, MISSING = "有变化的申报", "结果汇总", "未能演练"
DIFFERING_COLUMNS = (
    "序号", "申报编号", "申报单位全称", "收到时间", "邮件主题", "原结果", "新结果", "增加的问题",
    "减少的问题", "原回执", "新回执", "回执文字", "存放处",
)  # fmt: skip
OUTCOMES_COLUMNS = ("原结果", "新结果", "件数")
MISSING_COLUMNS = ("存放处", "版本", "原因", "办法")
FROM_TO = "{before} → {after}"
