"""With a register: the number must be in it and belong to the unit; what it says of other units is
for the clerk alone."""

from __future__ import annotations

from tests.builders.case_papers import form
from tests.cases.case import Case, Want, complete, nobody, one, returned, several
from tests.cases.mails import FULL, RIGHT, Mail, mail, rar, without

REGISTER, LOOKING, QUOTA = "register-2021", "looking-2021", "quota-2021"


def _case(key: str, rule: str, number: str, name: str, sent: Mail, want: Want,
          programme: str = REGISTER) -> Case:  # fmt: skip
    return one(f"register-{key}", rule, sent, want, programme=programme, number=number, name=name)


CASES = (
    _case("right", "the number is in it and belongs to the unit",
          "ZB20218001", "山东泰岳重工机械有限公司", mail(), complete(person=False)),
    _case("unknown-number", "a number that was never issued: returned",
          "ZB20210666", "山东华光机械有限公司", mail(),
          returned("register.unknown_number", says=("不在本项目已发放的申报编号之中",))),
    _case("unknown-number-person", "a call may have a person look instead",
          "ZB20210667", "山东华光电子有限公司", mail(),
          complete("register.unknown_number", person=True), LOOKING),
    _case("near-number", "near numbers are shown to the clerk, never to the applicant",
          "ZB2021800Z", "烟台鲁信电子科技有限公司", mail(),
          returned("register.unknown_number", "register.number_of_name",
                   silent_on=("ZB20218003",))),
    _case("other-unit", "a number registered to another unit: returned for a person to look at",
          "ZB20218009", "山东华盛机械有限公司", mail(),
          returned("register.other_unit", "register.registered_to", person=True,
                   says=("该编号没有发放给这一单位",), silent_on=("泰安永信",))),
    several("register-owner-after-a-stranger",
            "what a stranger sent under a wrong number is returned,"
            " and the owner's first mail is the first",
            (mail("ZB20218010+山东华盛机械有限公司", rar(*FULL,
                                                         name="ZB20218010+山东华盛机械有限公司.rar"),
                  at="2021-05-17 09:00:00", sender="stranger2@elsewhere.example"),
             returned("register.other_unit", "register.registered_to",
                      name="山东华盛机械有限公司", subject="ZB20218010+山东华盛机械有限公司")),
            (mail(at="2021-05-18 09:00:00"),
             complete(person=False, silent_on=("第2版", "已替代", "联系经办人"))),
            programme=REGISTER, number="ZB20218010", name="德州盛鲁医药有限公司"),
    _case("slip-of-the-pen", "a letter wrong in the name: a person looks, told, never corrected",
          "ZB20218005", "淄博天岳新村料股份有限公司", mail(),
          complete("register.name_differs", "register.registered_to", person=True,
                   says=("不完全一致",), silent_on=("新材料",))),
    _case("former-name", "the unit's former name",
          "ZB20218102", "青岛海天调味品厂",
          mail("ZB20218002+青岛海天调味品厂", rar(*FULL, name="ZB20218002+青岛海天调味品厂.rar")),
          complete("register.former_name", number="ZB20218002")),
    _case("separates", "nothing between number and name: the register separates them",
          "ZB20218004", "TCL王牌电器（潍坊）有限公司",
          mail("{编号}{单位}", rar(*FULL, name="材料.rar")),
          complete("subject.no_separator", "subject.no_number", "subject.no_name",
                   "subject.trailing_words", says=(RIGHT,))),
    _case("name-gives-number", "the name alone: the register has its only number",
          "ZB20218006", "威海金恒纺织有限公司",
          mail("{单位}", rar(*FULL, name="{单位}.rar")),
          complete("identity.from_register", "subject.no_number", says=(RIGHT,))),
    _case("number-from-its-address", "the number alone, from the address that the register has",
          "ZB20218007", "济宁兴瑞化工有限公司",
          mail("{编号}", rar(*FULL, name="{编号}.rar"), sender="xrhg@example.com"),
          complete("identity.from_register", "subject.no_name")),
    _case("number-from-a-stranger", "the number alone from anywhere else may be another unit's",
          "ZB20218008", "临沂东润装备有限公司",
          mail("{编号}", rar(*FULL, name="{编号}.rar"), sender="stranger@elsewhere.example"),
          nobody("subject.no_name", "register.registered_to", number="{编号}", person=True,
                 silent_on=("临沂东润",))),
    _case("other-code", "the form's 统一社会信用代码 is not the registered one",
          "ZB20218101", "山东泰岳重工机械有限公司",
          mail("ZB20218001+山东泰岳重工机械有限公司", rar(
              *without("推荐表"), ("推荐表.pdf", form("pdf", number="", code="91110000600037341L")),
              name="ZB20218001+山东泰岳重工机械有限公司.rar"),
              at="2021-05-19 09:30:00"),
          Want("complete", "complete", ("register.uscc_differs",), person=True,
               number="ZB20218001", silent_on=("91110108551385082Q",)), LOOKING),
    _case("quota-first", "one per city: the first",
          "ZB20219001", "菏泽新力药业有限公司", mail(at="2021-05-18 09:00:00"),
          complete(person=False), QUOTA),
    _case("quota-second", "one per city: the second is for a person, and not told",
          "ZB20219002", "菏泽辰源机械有限公司", mail(at="2021-05-18 10:00:00"),
          complete("register.over_quota", person=True, silent_on=("菏泽新力", "名额")), QUOTA),
)  # fmt: skip
