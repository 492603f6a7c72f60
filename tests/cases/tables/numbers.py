"""Application numbers: opaque text, leading zeros, letters and hyphens kept; or a pattern."""

from __future__ import annotations

from tests.cases.case import Case, complete, nobody, one
from tests.cases.mails import FULL, RIGHT, mail, rar

PATTERN = "pattern-2021"


def _number(key: str, number: str, **more: object) -> Case:
    return one(f"number-{key}", "opaque text: leading zeros, letters, hyphens are kept", mail(),
               complete(person=False), number=number, **more)  # fmt: skip


CASES = (
    _number("leading-zeros", "0000137"),
    _number("hyphens", "2022-173ZD-001"),
    _number("digits", "370100202100137"),
    _number("letters", "SDZLBGA7"),
    _number("lower-case", "zb-2021-0137a"),
    _number("as-pattern", "ZB20217001", programme=PATTERN),
    one("number-hyphens-and-dash", "never split at the first hyphen",
        mail("{编号}-{单位}"), complete("subject.other_separator", says=(RIGHT,)),
        number="2022-174ZD-002"),
    one("number-hyphens-nothing", "the number ends at the first 汉字 where nothing else tells",
        mail("{编号}{单位}"), complete("subject.no_separator"), number="2022-175ZD-003"),
    one("number-before-digit-name", "a name may begin with a digit",
        mail("{编号}+{单位}"), complete(person=False), number="ZB20217002",
        name="3M中国有限公司"),
    one("number-pattern-separates", "nothing between number and a name in Latin: the pattern tells",
        mail("{编号}{单位}"), complete("subject.no_separator"), number="ZB20217003",
        name="TCL王牌电器（济南）有限公司", programme=PATTERN),
    one("number-ambiguous", "nothing between number and a name in Latin, and no pattern",
        mail("{编号}{单位}", rar(*FULL, name="材料.rar")),
        nobody("subject.ambiguous", "subject.no_number", "subject.no_name",
               "subject.trailing_words"),
        number="ZB20217004", name="TCL王牌电器（青岛）有限公司"),
    one("number-fullwidth-hyphen", "NFKC folds －",
        mail("2022－176ZD－004+{单位}"), complete(person=False), number="2022-176ZD-004"),
    one("number-en-dash", "a dash of another kind is read as a hyphen, and told",
        mail("2022–177ZD–005+{单位}"),
        complete("subject.dash_in_number", says=("半角短横线", "2022-177ZD-005")),
        number="2022-177ZD-005"),
    one("number-not-as-pattern", "a number that the pattern does not know",
        mail(RIGHT, rar(*FULL)),
        nobody("subject.number_not_as_pattern", name="{单位}",
               says=("不符合本项目申报编号的格式", "ZB2021")),
        number="ZB2021", programme=PATTERN),
    one("number-letter-o", "O for 0 is not corrected silently",
        mail(RIGHT, rar(*FULL)),
        nobody("subject.number_not_as_pattern", name="{单位}"),
        number="ZB2O217005", programme=PATTERN),
    one("number-differs", "subject and package give two numbers: told, and a person looks",
        mail(RIGHT, rar(*FULL, name="ZB20217777+{单位}.rar")),
        complete("identity.number_differs", says=("申报编号不一致", "ZB20217777"), person=True),
        number="ZB20217006"),
    one("number-path", "no number leads outside the archive",
        mail("../../etc+{单位}", rar(*FULL, name="材料.rar")),
        nobody("subject.no_number", "subject.no_name", "subject.trailing_words",
               "subject.other_words", name="{单位}")),
)  # fmt: skip
