"""What an SMTP server's answer asks the operator to do.

The two-letter codes are NetEase's (163, 126, Coremail hosts), from its published list of
return codes; the numbers alone are RFC 5321's and RFC 4954's.
"""

from __future__ import annotations

from mail.refusals import AUTHORISATION_CODE, wants_authorisation_code

# Words in the answer → advice; first match wins.
_BY_WORDS = (
    ("HL:ICC", "Too many connections at once: run one sender for each SMTP account."),
    ("HL:IFC", "Too many letters in a short time: send fewer in each round."),
    ("HL:IPB", "This address is barred from connecting: ask the provider."),
    ("HL:REP", "Too many unknown recipients from this address: look at the addresses."),
    ("MI:DMC", "Too many letters on one connection: the next goes over a new one."),
    ("MI:CCL", "Too many commands on one connection: the next letter goes over a new one."),
    ("MI:SFQ", "Too many letters from this sender within 15 minutes: it is tried again later."),
    ("MI:STC", "The sender's quota for the day is used up: it is tried again tomorrow."),
    ("RP:QRC", "Too many recipients from this sender in a short time: it is tried again later."),
    ("RP:DRC", "Too many recipients on one connection: the next goes over a new one."),
    ("DT:SPM", "The letter was taken for spam: look at its wording, attachment and From."),
    ("DT:SUM", "From in the letter and the account's sender differ: set sender to the account's."),
    ("MI:SPB", "This user is barred from sending: log in at the provider's web page."),
    ("NULL sender", "The provider takes no empty sender: set the account's sender."),
    ("mail from must equal", "Set the account's sender to the address that logs in."),
)

_BY_CODE = {
    421: "The server is closing; it is tried again later.",
    450: "The recipient's mailbox is busy, or the server is slowing us down; tried again later.",
    451: "The server could not do it just now; it is tried again later.",
    452: "The server is short of room; it is tried again later.",
    550: "Check the recipient's address with the applicant.",
    551: "Check the recipient's address with the applicant.",
    552: "The letter is too large, or the recipient's mailbox is full.",
    553: "Check the recipient's address, and that the account may send as its sender.",
    554: "Read the server's words; the letter or this sender is not wanted there.",
}

_LOGIN_CODES = frozenset({530, 534, 535, 538})


def is_login_problem(code: int, text: str) -> bool:
    """Whether the answer is about the account's login, not about the letter (RFC 4954).

    NetEase says "550 User has no permission" where SMTP is not switched on for the account.
    """
    return code in _LOGIN_CODES or (code == 550 and "has no permission" in text.lower())


def answer_advice(host: str, code: int, text: str) -> str:
    """What to do about an answer; "" where nothing is known beyond the server's words."""
    if is_login_problem(code, text):
        return login_advice(host)
    lowered = text.lower()
    for words, advice in _BY_WORDS:
        if words.lower() in lowered:
            return advice
    return _BY_CODE.get(code, "")


def login_advice(host: str) -> str:
    """What to do when the login is refused."""
    if wants_authorisation_code(host):
        return AUTHORISATION_CODE
    return "Check username and password, and that the account may send by SMTP."


def wants_new_connection(code: int, text: str) -> bool:
    """Whether the answer says that this connection is used up."""
    return code == 421 or any(words in text for words in ("MI:DMC", "MI:CCL", "RP:DRC"))
