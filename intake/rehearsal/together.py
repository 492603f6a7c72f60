"""Objects of one archive rehearsed together: the work of one process on one application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from checks import judge
from intake.documents import ReadFiles
from intake.pictures import plan
from intake.process import object_id_of, unidentified
from intake.recall import under
from intake.rehearsal.compare import difference, filed_side
from intake.rehearsal.mails import ArchivedMail, mails_of
from intake.rehearsal.replay import Judged, Rules, replay
from intake.rehearsal.values import Difference, Found, NotRehearsed, Side
from model.errors import ArchiveError
from model.programme import Programme
from model.submission import Submission
from model.verdict import Outcome
from storage.archive import Archive


@dataclass(frozen=True, slots=True)
class Bench:
    """All that a rehearsal works with. root, staging: of the archive. old: rules to compare with;
    filed: what was filed is compared instead. show: an application whose letters are wanted whole,
    "" for none."""

    root: Path
    staging: Path
    old: Rules
    new: Rules
    filed: bool = False
    show: str = ""

    @property
    def archive(self) -> Archive:
        return Archive(self.root, self.staging)


@dataclass(frozen=True, slots=True)
class _Both:
    """A mail under the old rules and under the new ones. homes: the object that it belongs to
    under each."""

    old: Judged
    new: Judged
    homes: tuple[str, str]


def rehearse_together(bench: Bench, objects: Collection[str], *, alone: bool = False) -> Found:
    """What the mails of some objects come to. alone: they are only these; otherwise it is first
    told where a mail belongs to another object, which has to be judged along with them."""
    names = tuple(sorted(objects))
    mails: list[ArchivedMail] = []
    missing: list[NotRehearsed] = []
    for name in names:
        some, lost = mails_of(bench.archive, name)
        mails.extend(some)
        missing.extend(lost)
    if len(names) > 1:
        mails.sort(key=lambda one: (one.filed_at, one.object_id, one.version))
    both = [_both(one, bench) for one in mails]
    homes = frozenset(home for one in both for home in _shared(one)) - set(names)
    if homes and not alone:
        return Found(names, homes=homes)
    old = _sides(both, bench.old, lambda one: (one.homes[0], one.old))
    new = _sides(both, bench.new, lambda one: (one.homes[1], one.new))
    outcomes: Counter[tuple[Outcome, Outcome]] = Counter()
    differing: list[Difference] = []
    for one in both:
        mail = one.old.mail
        try:
            before = filed_side(mail) if bench.filed else old[mail.sha256]
        except ArchiveError as error:
            missing.append(NotRehearsed(mail.object_id, mail.version, error.problem, error.advice))
            continue
        after = new[mail.sha256]
        outcomes[before.outcome, after.outcome] += 1
        named = (mail.object_id, before.application_no, after.application_no)
        found = difference(mail, before, after, whole=bool(bench.show) and bench.show in named)
        if found is not None:
            differing.append(found)
    further = {one.old.mail.object_id for one in both if _looks_further(one, bench)}
    return Found(
        objects=names,
        mails=outcomes.total(),
        outcomes=outcomes,
        differing=tuple(differing),
        missing=tuple(missing),
        further=tuple(sorted(further)),
    )


def _both(mail: ArchivedMail, bench: Bench) -> _Both:
    first = under(mail.facts, bench.old.programme)
    second = under(first, bench.new.programme)
    was, now = _judged(mail, first, bench.old), _judged(mail, second, bench.new)
    raw = mail.facts.raw
    return _Both(was, now, (object_id_of(was.alone, raw), object_id_of(now.alone, raw)))


def _shared(one: _Both) -> Iterator[str]:
    """Its homes that other mails may have as well; a mail without a number has one of its own."""
    raw = one.old.submission.raw
    return (home for home in one.homes if home != unidentified(raw))


def _judged(mail: ArchivedMail, submission: Submission, rules: Rules) -> Judged:
    return Judged(mail, submission, judge(submission, rules.programme, rules.standing(mail)))


def _sides(
    both: list[_Both], rules: Rules, place: Callable[[_Both], tuple[str, Judged]]
) -> dict[str, Side]:
    """Each mail's side, by its digest: every application's mails one after another."""
    applications: dict[str, list[Judged]] = {}
    for one in both:
        home, judged = place(one)
        applications.setdefault(home, []).append(judged)
    return {
        judged.mail.sha256: side
        for mails in applications.values()
        for judged, side in zip(mails, replay(mails, rules), strict=True)
    }


def _looks_further(one: _Both, bench: Bench) -> bool:
    """Whether the new rules would have had pages looked at that the old ones do not ask for and
    that nobody has looked at."""
    old, new = bench.old.programme, bench.new.programme
    if old.reading == new.reading and _sealed(old) == _sealed(new):
        return False
    return bool(_unseen(one.new.submission, new) - _unseen(one.old.submission, old))


def _sealed(programme: Programme) -> list[tuple[object, ...]]:
    """What decides about which pages are looked at, beside the rule of reading itself."""
    return [(one.id, one.seal, one.rest, one.recognise) for one in programme.materials]


def _unseen(submission: Submission, programme: Programme) -> set[tuple[str, str, int]]:
    """Pages that the rules want looked at and that were not, for their text or their seals."""
    documents = {one.path: one.document for one in submission.files if one.document}
    wanted = plan(ReadFiles(list(submission.files), [], []), programme)
    return {(one.path, "text", page) for one in wanted for page in one.text} | {
        (one.path, "seals", page)
        for one in wanted
        for page in one.seals
        if page not in documents[one.path].looked_at
    }
