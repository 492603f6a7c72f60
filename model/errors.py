"""The one tree of errors.

An applicant's fault is a `Finding`, never an exception. What stands here is the operator's
to mend (settings, servers, disks), so every error carries advice and an exit code. Anything
else that is raised is a bug of ours.
"""

from __future__ import annotations

import errno

MACHINE_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENFILE})
"""Failed system calls that say something about the machine, and nothing about the mail."""


class IntakeError(Exception):
    """An operator's error: what is wrong, what to do about it, and the exit code it ends with."""

    exit_code = 2

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.problem} {self.advice}".strip()


class SettingsError(IntakeError):
    """The settings are missing, unreadable or contradict one another."""


class ProgrammeError(IntakeError):
    """A programme file cannot be used; the problem names file, line and what is allowed."""


class DecisionError(IntakeError):
    """A clerk's decision that cannot be carried out. code: which, for faces that word it anew."""

    def __init__(self, code: str, problem: str, advice: str = "") -> None:
        super().__init__(problem, advice)
        self.code = code


class MailboxError(IntakeError):
    """The mail server cannot be used: refused, unreachable, or not as the settings say."""


class MailboxBusy(MailboxError):
    """Worth another try later: the network or the server gave way in the middle.

    retry_after_seconds: where the server's answer tells that coming back sooner would be held
    against us; None where nothing is known.
    """

    def __init__(
        self, problem: str, advice: str = "", *, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(problem, advice)
        self.retry_after_seconds = retry_after_seconds


class SendError(IntakeError):
    """A letter could not be handed over. `certain` is False where the server may have taken it."""

    def __init__(self, problem: str, advice: str = "", *, certain: bool, lasting: bool) -> None:
        super().__init__(problem, advice)
        self.certain = certain
        self.lasting = lasting


class MachineError(IntakeError):
    """The disk is full or broken, or the system has run out of something: no mail's fault."""


class MailTrouble(IntakeError):
    """Only this one mail cannot go on for now; the others can."""


class ArchiveError(IntakeError):
    """The archive on disk is not as it must be; nothing was changed."""


class LedgerError(IntakeError):
    """The ledger cannot be opened, or is of another version than this software."""


class LeaseLost(IntakeError):
    """Another worker has taken over what this one was working on; this one's work is dropped."""


class ReaderFailed(Exception):
    """A child process that read an applicant's file died, hung or ran out of a limit.

    reason: "timeout", "memory" or "crash". The caller makes it a Finding on that file.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[ReaderFailed], tuple[str, str]]:
        return type(self), (self.reason, self.detail)
