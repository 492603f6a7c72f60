"""A city's bureau forwards the mails of its enterprises: each is a submission of its own."""

from __future__ import annotations

from tests.builders.bureau import BUREAU, forwarding
from tests.cases.applicant import Applicant
from tests.cases.case import Case, Want, carrying, complete, correction, one, returned
from tests.cases.mails import FULL, RIGHT, Mail, mail, rar, without

AT = "2021-06-10 09:00:00"
THROUGH = ("forward.received_through",)


def _inner(key: str, sent: Mail, want: Want) -> Case:
    return one(key, "a mail within a mail", sent, want)


def _bureau(key: str, rule: str, want: Want, *inner: Case, own: tuple[str, ...] = (), at: str = AT,
            **more: str) -> Case:  # fmt: skip
    def write(_sent: Mail, who: Applicant) -> bytes:
        files = [(name, b"bureau " + who.key.encode()) for name in own]
        made = forwarding(*(one.steps[0][0].data(one.who) for one in inner), own=files, **more)
        return made.data

    step = (Mail(raw=write, sender=BUREAU, at=at), want)
    return Case(f"bureau-{key}", rule, (step,), inner=inner)


CASES = (
    _bureau("three", "each mail is filed for its own applicant and answered to the bureau",
            carrying(),
            _inner("bureau-three-good", mail(), complete(*THROUGH, person=False)),
            _inner("bureau-three-lacking", mail(RIGHT, rar(*without("承诺书"))),
                   correction("material.missing", *THROUGH, lacks={"承诺书": "missing"})),
            _inner("bureau-three-closed", mail(RIGHT, rar(*FULL, password="77", hidden=True)),
                   returned("package.encrypted", *THROUGH, lacks=dict.fromkeys(
                       ("推荐表", "承诺书", "申报材料"), "missing")))),
    _bureau("eml-file", "the forwarded .eml as a file of its own",
            carrying(), _inner("bureau-eml-inner", mail(), complete(*THROUGH)),
            nested="application/octet-stream", text="另见附件邮件。"),
    _bureau("own-files", "files of the bureau's own belong to no applicant",
            carrying("forward.own_files", person=True),
            _inner("bureau-own-inner", mail(), complete(*THROUGH)), own=("推荐函.bin",)),
    _bureau("late", "the arrival is that of the outer mail",
            carrying(), _inner("bureau-late-inner", mail(), Want(
                "late_pending", "late_pending", ("window.late_pending", *THROUGH), person=True)),
            at="2021-06-20 09:00:00", text="逾期转发。"),
)  # fmt: skip
