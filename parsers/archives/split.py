"""One stream of all members, cut into members by their sizes, each checked by its CRC-32.

One run of the engine gives the bytes of every member, one after the other, and says nothing in
between. As long as sizes are true and no member fails, cutting by size is right, and the CRC
proves it. Where one fails, the engine may have given fewer bytes for it than were declared, and
all that follows would be cut wrongly: so nothing after a fault is believed unless its CRC is
right, the first fault is settled, and the rest is asked for again by name. Each round settles at
least one member.

Memory: a few chunks of 1 MiB, whatever the size of a member.

A member without a CRC is believed when the whole run was without complaint, or when all that the
engine complained of stands behind it.

Residual risk: two members of one name can only be asked for together, so a fault in one may cost
the other.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model.container import MemberOutcome, UnpackLimits
from parsers.archives.engine import Ended, OutOfTime, Run
from parsers.archives.engine_listing import engine_type
from parsers.archives.entries import Entry, Taken
from parsers.archives.store import OverLimit, Store, StoredFile

_ROUNDS = 500
"""How often the rest is asked for again; beyond it, what is left is damaged."""
_NAMES_BYTES = 64 << 10
"""How many bytes of names go on one command line (MAX_ARG_STRLEN is 128 KiB an argument)."""
_THROWN_AWAY_BYTES = 64 << 20
"""A member that is not wanted is read past up to this size; a larger one ends the round."""
_CHUNK_BYTES = 1 << 20
_SMALL_BYTES = 256 << 10
"""Up to this size a member is taken in one piece."""
_PASSWORD_WORDS = (b"Wrong password", b"encrypted file")


@dataclass(slots=True)
class Split:
    """What a stream gave. taken: by place in the entries. stopped: as in `Extracted`."""

    taken: dict[int, Taken] = field(default_factory=dict)
    stopped: str = ""
    missing_volume: str = ""
    fits: bool = True
    """Whether the first stream was as long as the listing says, where nothing was wrong."""


@dataclass(slots=True)
class _Round:
    """One run. good: files whose CRC is right. unproven: files without a CRC. bad: places whose
    bytes failed, and how many came. over: places that broke a limit. whole: the
    stream was cut to its end. given_up: we ended the run ourselves. extra: bytes were left over."""

    good: dict[int, StoredFile] = field(default_factory=dict)
    unproven: dict[int, StoredFile] = field(default_factory=dict)
    bad: dict[int, int] = field(default_factory=dict)
    over: dict[int, OverLimit] = field(default_factory=dict)
    whole: bool = False
    given_up: bool = False
    extra: bool = False


def split(
    path: Path,
    kind: str,
    entries: Sequence[Entry],
    wanted: Iterable[int],
    *,
    password: str,
    store: Store,
    limits: UnpackLimits,
    deadline: float,
    last_resort: bool = True,
) -> Split:
    """The wanted entries (by place) out of one archive; what is not in `taken` did not come.

    An entry of wrong password is taken as ENCRYPTED, one over a limit as OVER_LIMIT, one whose
    bytes fail as DAMAGED. At the deadline, what is out stays out and `stopped` is set.
    last_resort: there is no other listing; without it, a stream that is clean but does not fit
    the entries ends the work, with `fits` False.
    """
    result = Split()
    pending = _admitted(entries, wanted, store, result)
    base = ("e", "-so", "-bb0", "-bd", "-spd", *engine_type(kind, path), "--", str(path))
    names: tuple[bytes, ...] = ()
    for number in range(_ROUNDS):
        if not pending or result.stopped:
            break
        if number and not (names := _names(entries, pending)):
            break
        queue = _queue(entries, names)
        done = _Round()
        try:
            with Run((*base, *names), password, limits, deadline) as run:
                _cut(run, entries, queue, set(pending), store, done)
                ended = run.end()
        except OutOfTime as over:
            ended = Ended(0, (b"out of time",))
            result.stopped = over.reason
        result.missing_volume = result.missing_volume or ended.missing_volume
        if number == 0 and ended.clean and (done.extra or done.bad):
            result.fits = False
        if not done.given_up:
            result.stopped = result.stopped or ended.cut_short
        _settle(entries, queue, pending, done, ended, store, result)
        if not result.fits and not last_resort:
            return result
        if number and not result.stopped and not any(p in result.taken for p in pending):
            first = next((place for place in pending if place in queue), pending[0])
            came = done.bad.get(first, 1)
            result.taken[first] = Taken(MemberOutcome.DAMAGED if came else MemberOutcome.MISSING)
        pending = [place for place in pending if place not in result.taken]
    if not result.stopped:
        for place in pending:
            result.taken[place] = Taken(MemberOutcome.DAMAGED)
    return result


def _admitted(
    entries: Sequence[Entry], wanted: Iterable[int], store: Store, result: Split
) -> list[int]:
    """The places whose declared size is within the limits; the others are settled at once."""
    pending = []
    for place in wanted:
        try:
            store.admit(entries[place].size)
        except OverLimit as over:
            result.taken[place] = Taken(MemberOutcome.OVER_LIMIT, over=over)
        else:
            pending.append(place)
    return pending


def _names(entries: Sequence[Entry], pending: Sequence[int]) -> tuple[bytes, ...]:
    """As many names of what is wanted as go on one command line."""
    names: dict[bytes, None] = {}
    room = _NAMES_BYTES
    for place in pending:
        name = entries[place].called
        room -= len(name) + 1
        if room < 0 and names:
            break
        if name and b"\0" not in name:
            names[name] = None
    return tuple(names)


def _queue(entries: Sequence[Entry], names: tuple[bytes, ...]) -> list[int]:
    """The places that the engine streams: all, or those that the names match (a folder's name
    matches what is in it)."""
    streaming = [place for place, entry in enumerate(entries) if entry.streams]
    if not names:
        return streaming
    asked = set(names)

    def matches(name: bytes) -> bool:
        parts = name.split(b"/")
        return any(b"/".join(parts[:count]) in asked for count in range(1, len(parts) + 1))

    return [place for place in streaming if matches(entries[place].called)]


def _cut(
    run: Run, entries: Sequence[Entry], queue: Sequence[int], wanted: set[int],
    store: Store, done: _Round,
) -> None:  # fmt: skip
    """Read the stream member by member, until its end or until it cannot be cut any more."""
    buffers = [memoryview(bytearray(_CHUNK_BYTES)) for _ in range(2)]
    for place in queue:
        entry = entries[place]
        if place in wanted:
            try:
                store.admit(entry.size)
            except OverLimit as over:
                done.over[place] = over
        if place in wanted and place not in done.over:
            whole = _take(run, entry, place, store, done, buffers)
        elif entry.size > _THROWN_AWAY_BYTES:
            done.given_up = True
            whole = False
        else:
            whole = _pass(run, entry.size)
        if not whole:
            break
    else:
        done.whole = True
    if done.given_up:
        run.kill()
    while run.read(_CHUNK_BYTES):
        done.extra = done.whole


def _take(
    run: Run, entry: Entry, place: int, store: Store, done: _Round, buffers: list[memoryview]
) -> bool:
    """Read one member into the store. False where the stream ended before the member did."""
    if entry.size <= _SMALL_BYTES:
        return _take_small(run, entry, place, store, done)
    left, crc = entry.size, 0
    with store.new() as slot:
        while left:
            # One is still being hashed while the other is filled.
            buffers.reverse()
            count = run.read_into(buffers[0][: min(left, _CHUNK_BYTES)])
            if not count:
                break
            data = buffers[0][:count]
            slot.write(data)
            crc = zlib.crc32(data, crc)
            left -= count
        if left or (entry.crc is not None and crc != entry.crc):
            done.bad[place] = entry.size - left
        elif entry.crc is None and entry.size:
            done.unproven[place] = slot.keep()
        else:
            done.good[place] = slot.keep()
    return not left


def _take_small(run: Run, entry: Entry, place: int, store: Store, done: _Round) -> bool:
    data = run.exactly(entry.size)
    if len(data) < entry.size or (entry.crc is not None and zlib.crc32(data) != entry.crc):
        done.bad[place] = len(data)
    elif entry.crc is None and data:
        done.unproven[place] = store.put(data)
    else:
        done.good[place] = store.put(data)
    return len(data) == entry.size


def _pass(run: Run, size: int) -> bool:
    while size and (data := run.read(min(size, _CHUNK_BYTES))):
        size -= len(data)
    return not size


def _settle(
    entries: Sequence[Entry], queue: Sequence[int], pending: Sequence[int],
    done: _Round, ended: Ended, store: Store, result: Split,
) -> None:  # fmt: skip
    """Decide what can be decided after one run."""
    proven = ended.clean and done.whole and not done.bad and not done.extra
    believed = set(queue) if proven else _before_the_fault(entries, queue, done, ended)
    for place, file in done.unproven.items():
        if place in believed:
            result.taken[place] = Taken(MemberOutcome.STORED, file)
        else:
            store.forget(file)
    for place, file in done.good.items():
        result.taken[place] = Taken(MemberOutcome.STORED, file)
    for place, over in done.over.items():
        result.taken[place] = Taken(MemberOutcome.OVER_LIMIT, over=over)
    if ended.wrong_password:
        for place in pending:
            result.taken.setdefault(place, Taken(MemberOutcome.ENCRYPTED))
    if not result.stopped:
        _settle_named(entries, queue, pending, ended, result)


def _before_the_fault(
    entries: Sequence[Entry], queue: Sequence[int], done: _Round, ended: Ended
) -> set[int]:
    """The places that came before the first fault, where the engine names all that it found."""
    if done.given_up or not ended.names_all_faults:
        return set()
    names = {name for _, name in ended.faulty()}
    before: set[int] = set()
    for place in queue:
        if place in done.bad or entries[place].called in names:
            return before
        before.add(place)
    return set()  # whom it names is not among them


def _settle_named(
    entries: Sequence[Entry], queue: Sequence[int], pending: Sequence[int],
    ended: Ended, result: Split,
) -> None:  # fmt: skip
    """Settle what the engine itself complained of, where the name can only mean that member."""
    complaints: dict[bytes, bytes] = {}
    times: Counter[bytes] = Counter()
    for reason, name in ended.faulty():
        complaints[name] = reason
        times[name] += 1
    bearers = Counter(entries[place].called for place in queue)
    for place in pending:
        name = entries[place].called
        if place in result.taken or name not in complaints or times[name] < bearers[name]:
            continue
        closed = any(word in complaints[name] for word in _PASSWORD_WORDS)
        outcome = MemberOutcome.ENCRYPTED if closed else MemberOutcome.DAMAGED
        result.taken[place] = Taken(outcome)
