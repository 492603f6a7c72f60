"""`intake rehearse`: every application of a programme's archive under changed rules.

Nothing is written, and no file of an applicant is opened: facts were filed when the mail was read.
Applications are judged by several processes, each one application at a time; where the rules change
whose a mail is, the applications that it comes from and goes to are judged together.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from threading import Thread

from intake.known import standing_of
from intake.rehearsal.notes import notes
from intake.rehearsal.replay import Rules
from intake.rehearsal.together import Bench, rehearse_together
from intake.rehearsal.values import Found, Rehearsal
from intake.workplace import Workplace
from model.errors import IntakeError
from model.programme import Programme
from model.verdict import Outcome
from storage.ledger.history import letters_again

FILED = "filed"
FEW = 100
"""Up to so many objects are done in this process: to start others would take longer."""
AHEAD = 4
"""Objects that wait for each process: results are taken in before more are given out."""

Progress = Callable[[int, int], None]


def rehearse(
    place: Workplace,
    old: Programme,
    new: Programme,
    *,
    filed: bool = False,
    application: str | None = None,
    show: str = "",
    limit: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """What `new` rules would change in the archive of `new.id`.

    old: the rules to compare with; filed: what was filed and sent is compared instead.
    application: this one alone; show: the one whose letters are wanted whole; limit: only the first
    so many objects. workers: processes, by
    default one for each processor.
    Raises: IntakeError where the programme has no archive, or not this application.
    """
    objects = _objects(place, new.id, application, limit)
    bench = _bench(place, old, new, filed=filed, show=show)
    results: dict[str, Found] = {}
    with _hands(bench, len(objects), workers) as do:
        for count, one in enumerate(do([(name,) for name in objects], False), 1):
            results[one.objects[0]] = one
            if progress:
                progress(count, len(objects))
        for one in do(_families(results.values(), bench), True):
            for name in one.objects:
                results.pop(name, None)
            results[one.objects[0]] = one
    return _summed(new.id, bench, [results[name] for name in sorted(results)], len(objects))


def must_be_archived(place: Workplace, programme: str) -> None:
    """Raises: IntakeError where a programme has no archive to rehearse on."""
    known = place.archived_programmes()
    if programme not in known:
        raise IntakeError(
            f"Nothing is archived for {programme}.",
            f"There are archives of: {', '.join(known) or 'nothing yet'}; --as ID rehearses the "
            "rules on one of these.",
        )


def _objects(
    place: Workplace, programme: str, application: str | None, limit: int | None
) -> list[str]:
    must_be_archived(place, programme)
    names = place.archive(programme).object_ids()
    if application is not None:
        names = (name for name in names if name == application)
    found = list(islice(names, limit))
    if not found and application is not None:
        raise IntakeError(
            f"The archive of {programme} has no application {application}.",
            "`intake search` finds submissions by name or number.",
        )
    return found


def _bench(place: Workplace, old: Programme, new: Programme, *, filed: bool, show: str) -> Bench:
    with place.ledger.read() as tx:
        copies = letters_again(tx, new.id)
    archive = place.archive(new.id)

    known = standing_of(place, new)
    was, will = (Rules(rules, known, place.settings, copies) for rules in (old, new))
    return Bench(archive.root, archive.staging, was, will, filed, show)


def _families(found: Iterable[Found], bench: Bench) -> list[tuple[str, ...]]:
    """Objects whose mails belong together under either set of rules, as far as there are any whose
    mails belong elsewhere."""
    moving = [one for one in found if one.homes]
    known = set(bench.archive.object_ids()) if moving else set()
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for one in moving:
        for home in one.homes:
            parent[root(home)] = root(one.objects[0])
    families: dict[str, list[str]] = defaultdict(list)
    for name in sorted(parent):
        if name in known:
            families[root(name)].append(name)
    return [tuple(names) for names in families.values()]


def _summed(programme: str, bench: Bench, results: list[Found], objects: int) -> Rehearsal:
    outcomes: Counter[tuple[Outcome, Outcome]] = Counter()
    for one in results:
        outcomes.update(one.outcomes)
    old, new = bench.old.programme, bench.new.programme
    return Rehearsal(
        programme=programme,
        versions=(FILED if bench.filed else old.version, new.version),
        objects=objects,
        mails=sum(one.mails for one in results),
        outcomes=outcomes,
        differing=tuple(found for one in results for found in one.differing),
        missing=tuple(found for one in results for found in one.missing),
        notes=notes(old, new, [name for one in results for name in one.further]),
    )


Work = Callable[[list[tuple[str, ...]], bool], Iterator[Found]]


@contextmanager
def _hands(bench: Bench, objects: int, workers: int | None) -> Iterator[Work]:
    """What does the work: this process where there is little of it, else several."""
    count = workers or min(os.cpu_count() or 1, 8)
    if count == 1 or (workers is None and objects <= FEW):
        yield lambda some, alone: (rehearse_together(bench, one, alone=alone) for one in some)
        return
    # Not forked: this process may have threads and open connections.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=_begin, initargs=(bench,)
    ) as pool:
        try:
            yield lambda some, alone: _spread(pool, some, alone, count * AHEAD)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _spread(
    pool: Executor, some: list[tuple[str, ...]], alone: bool, ahead: int
) -> Iterator[Found]:
    """Each result as it comes; never more than so many ahead, so that memory stays as it is."""
    waiting: set[Future[Found]] = set()
    left = iter(some)
    while True:
        waiting |= {pool.submit(_do, one, alone) for one in islice(left, ahead - len(waiting))}
        if not waiting:
            return
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for one in done:
            yield one.result()


_bench_here: Bench | None = None
"""Of a process of the pool: given to it once instead of with every piece of work."""


def _begin(bench: Bench) -> None:
    global _bench_here
    _bench_here = bench
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Whoever is killed must leave nobody waiting for work that never comes."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(objects: tuple[str, ...], alone: bool) -> Found:
    assert _bench_here is not None
    return rehearse_together(_bench_here, objects, alone=alone)
