"""The tables of the reading benchmark: one for each class, and one of all as Markdown."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.read_measure import Score

COLUMNS = ("CER", "worst", "missing", "fields", "seals", "false", "s/file", "CPU", "MB", "start")


@dataclass(slots=True)
class Result:
    """What one reader made of one class. seconds, cpu: of all files, the best of the rounds."""

    reader: str
    score: Score = field(default_factory=Score)
    seconds: float = 0.0
    cpu: float = 0.0
    peak_bytes: int = 0
    start_seconds: float = 0.0
    timed: int = 0

    def row(self) -> list[str]:
        score = self.score
        files = max(self.timed, 1)
        return [
            f"{score.error_rate:.4f}" if score.letters else "",
            f"{score.worst[0]:.4f}" if score.letters else "",
            f"{len(score.missing)}/{score.looked_for}" if score.looked_for else "",
            f"{score.fields - len(score.wrong_fields)}/{score.fields}" if score.fields else "",
            f"{score.stamps - len(score.missed)}/{score.stamps}" if score.stamps else "",
            f"{score.false_seals}/{score.looked_through}" if score.looked_through else "",
            f"{self.seconds / files:.3f}",
            f"{self.cpu / files:.3f}",
            str(self.peak_bytes >> 20),
            f"{self.start_seconds:.1f}",
        ]

    def notes(self) -> Iterator[str]:
        """What a figure cannot tell: which constructs, fields and files."""
        score = self.score
        if score.missing:
            counted = Counter(aside.kind for aside in score.missing)
            yield "missing " + ", ".join(f"{kind} ×{count}" for kind, count in counted.items())
        if score.worst[0]:
            yield f"worst {score.worst[1]}"
        yield from (f"field {one}" for one in score.wrong_fields)
        yield from (f"seal not found: {one}" for one in score.missed)
        yield from (f"failed {one}" for one in score.failed)


def show(title: str, files: int, results: Sequence[Result], *, details: bool) -> None:
    """Print one class. details: what is wrong, not only how much."""
    print(f"\n{title}: {files} files\n{'':18}" + "".join(f"{name:>9}" for name in COLUMNS))
    for one in results:
        print(f"{one.reader:18}" + "".join(f"{text:>9}" for text in one.row()))
    for one in results:
        failed = len(one.score.failed)
        if failed:
            print(f"  {one.reader}: {failed} of {files} files failed")
        for note in one.notes() if details else ():
            print(f"  {one.reader}: {note}")
    sys.stdout.flush()


def matrix(whole: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    """Classes down, readers across: CER, missing constructs, milliseconds of processor a file."""
    names = list(dict.fromkeys(one.reader for results in whole.values() for one in results))
    yield f"| class (files) | {' | '.join(names)} | fields | seals | false |"
    yield f"|{'---|' * (len(names) + 4)}"
    for title, results in whole.items():
        cells = {one.reader: _cell(one) for one in results}
        told = next((one.row() for one in results if any(one.row()[3:6])), [""] * len(COLUMNS))
        row = [*(cells.get(name, "") for name in names), *told[3:6]]
        yield f"| {title} | {' | '.join(row)} |"


def _cell(result: Result) -> str:
    score = result.score
    milliseconds = f"{1000 * result.cpu / max(result.timed, 1):.0f}"
    parts = [f"{score.error_rate:.4f}"] if score.letters else []
    if score.missing:
        parts.append(f"−{len(score.missing)}")
    return " / ".join([*parts, milliseconds])
