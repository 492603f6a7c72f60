"""Habits of real IMAP servers that the embedded one can be given, each by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Quirks:
    """Habits to switch on; may be changed while the server runs.

    Before a folder opens:
    need_id: no folder opens before the client has named itself (RFC 2971).
    authorisation_code: LOGIN is refused as where the web page's password is used.
    refuse_login: LOGIN and AUTHENTICATE are refused with these words.
    login_gap_seconds: a login closer than this to the last one is refused ("NO"), or ended by
    BYE with login_gap_bye. most_sessions: logged in at the same time; 0 is any number.
    no_sasl_ir: a token is asked for by itself. hang_on_enable: ENABLE is never answered.

    What is not offered:
    no_idle, no_move, no_uidplus, no_condstore, no_special_use, no_namespace. idle_refused: IDLE is
    offered and answered with BAD. name_prefix: all folders are below it, with "." between levels.
    no_uidnext: UIDNEXT is never told. no_status: STATUS answers OK and nothing else.
    header_search_blind: SEARCH HEADER finds nothing, whatever there is.
    no_create: folders are made in the web page only.

    What is told:
    size_off: RFC822.SIZE is wrong by so many bytes. no_internaldate: it is left out.
    fetch_backwards: FETCH answers with the last message first. fetch_noise: and other messages'
    flags among them. uid_last: UID stands after the body.

    What breaks:
    drop_at_body: the connection ends instead of the n-th body of a session, or, with
    drop_in_literal, after so many bytes of it; `drops` times in all; 0 is never.
    expunge_at_body: the message is gone when its n-th body is asked for; expunged_answer is then
    "nil", "silent" or "no". bye_at_command: the n-th command after the login is answered by BYE,
    `byes` times in all.
    """

    need_id: bool = False
    authorisation_code: bool = False
    refuse_login: str = ""
    login_gap_seconds: float = 0.0
    login_gap_bye: bool = False
    most_sessions: int = 0
    no_sasl_ir: bool = False
    hang_on_enable: bool = False
    no_idle: bool = False
    idle_refused: bool = False
    no_move: bool = False
    no_uidplus: bool = False
    no_condstore: bool = False
    no_special_use: bool = False
    no_namespace: bool = False
    name_prefix: str = ""
    no_uidnext: bool = False
    no_status: bool = False
    header_search_blind: bool = False
    no_create: bool = False
    size_off: int = 0
    no_internaldate: bool = False
    fetch_backwards: bool = False
    fetch_noise: bool = False
    uid_last: bool = False
    drop_at_body: int = 0
    drop_in_literal: int = 0
    drops: int = 1
    expunge_at_body: int = 0
    expunged_answer: str = "nil"
    bye_at_command: int = 0
    byes: int = 1

    @classmethod
    def netease(cls) -> Quirks:
        """What 163 and 126 do all day."""
        return cls(
            need_id=True,
            no_uidnext=True,
            no_status=True,
            header_search_blind=True,
            hang_on_enable=True,
            no_idle=True,
            no_move=True,
            no_condstore=True,
            no_namespace=True,
        )

    @classmethod
    def tencent(cls) -> Quirks:
        """QQ and exmail: IDLE is offered, the rest is old."""
        return cls(no_move=True, no_condstore=True, no_uidplus=True, header_search_blind=True)

    @classmethod
    def exchange(cls) -> Quirks:
        """Exchange and outlook.com: sizes are estimated."""
        return cls(no_condstore=True, no_special_use=True, size_off=37)

    @classmethod
    def gmail(cls) -> Quirks:
        """Gmail: answers come with others' flags among them."""
        return cls(fetch_noise=True, most_sessions=15)
