"""Our readers beside their peers on the same files: right characters, constructs, fields, seals.

    python -m benchmarks.read [--classes WORD …] [--readers WORD …] [--limit N] [--corpus DIR]
                              [--rounds 3] [--markdown] [--details]

The corpus is built in code with known truth (read_corpus.py); its old formats need LibreOffice when
they are first built. Each reader has a process of its own, warm: it has read the class's first file
before its time is taken. CER: wrong characters by those of the truth, of all files of the class
together, after NFKC and without white space (read_measure.py). Missing: constructs whose words do
not occur. Seconds are for each file, by the clock and of the processor, the best of the rounds (of
pictures there is one round); MB is the peak of one process. Needs the extra `bench`; what is not
installed is named and left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.read_case import Case, Workshop
from benchmarks.read_corpus import GROUPS
from benchmarks.read_readers import LOADERS, PICTURE, SEALS, TELL_MORE
from benchmarks.read_tables import Result, matrix, show
from benchmarks.read_worker import Worker

FILE_SECONDS = 300.0
"""For one file; what takes longer has failed."""


def measured(name: str, cases: Sequence[Case], rounds: int) -> Result | str:
    """The reader's result, or why it cannot be asked."""
    worker = Worker(name)
    if "missing" in worker.ready or "error" in worker.ready:
        worker.close()
        return str(worker.ready.get("missing") or worker.ready["error"])
    result = Result(name, start_seconds=worker.start_seconds)
    try:
        worker.ask(cases[0].path, picture=cases[0].picture, seconds=FILE_SECONDS)
        for case in cases:
            answers = []
            for _ in range(1 if case.picture else rounds):
                answers.append(worker.ask(case.path, picture=case.picture, seconds=FILE_SECONDS))
                if answers[-1].get("dead"):
                    worker.close()
                    worker = Worker(name)
                if "error" in answers[-1]:
                    break
            _add(result, case, answers)
    finally:
        worker.close()
    return result


def _add(result: Result, case: Case, answers: Sequence[dict[str, Any]]) -> None:
    last = answers[-1]
    if "error" in last:
        result.score.failed.append(f"{case.path.name}: {last['error'][-300:]}")
        # What was not read is as wrong as can be.
        told = result.reader in TELL_MORE
        last = {"text": "", "fields": {} if told else None, "seals": [] if told else None}
    else:
        result.timed += 1
        result.seconds += min(one["seconds"] for one in answers)
        result.cpu += min(one["cpu"] for one in answers)
        result.peak_bytes = max(result.peak_bytes, last["peak"])
    result.score.add_text(case, last["text"])
    if last["fields"] is not None:
        result.score.add_fields(case, last["fields"])
    if last["seals"] is not None:
        result.score.add_seals(case, [(page, tuple(box)) for page, box in last["seals"]])


def readers_of(cases: Sequence[Case], words: Sequence[str]) -> list[str]:
    """Names of the readers for files of this kind."""
    first = cases[0]
    kind = SEALS if first.seals_only else PICTURE if first.picture else first.path.suffix
    return [
        name
        for name, (_load, kinds) in LOADERS.items()
        if kind in kinds and (not words or any(_meant(word, name) for word in words))
    ]


def _meant(word: str, name: str) -> bool:
    """A whole name is that reader, a part of one is all that have it."""
    return word == name if word in LOADERS else word in name


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--classes", nargs="*", default=[], help="whole words of their names")
    parser.add_argument("--readers", nargs="*", default=[], help="words of the readers' names")
    parser.add_argument("--limit", type=int, default=0, help="the most files of a class")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--markdown", action="store_true", help="in the end one table of all as Markdown"
    )
    parser.add_argument(
        "--details", action="store_true", help="say what is wrong, not only how much"
    )
    parser.add_argument(
        "--corpus", type=Path, default=Path(tempfile.gettempdir()) / "reading-corpus"
    )
    options = parser.parse_args()
    shop = Workshop(options.corpus)
    missing: dict[str, str] = {}
    whole: dict[str, list[Result]] = {}
    for title, (make, most) in GROUPS.items():
        if options.classes and not any(f" {word} " in f" {title} " for word in options.classes):
            continue
        cases = make(shop, min(options.limit or most, most))
        if not cases:
            print(
                f"\n{title}: left out, because LibreOffice (soffice) is not installed", flush=True
            )
            continue
        results = []
        print(f"\n{title}, {len(cases)} files …", file=sys.stderr, flush=True)
        for name in readers_of(cases, options.readers):
            result = measured(name, cases, options.rounds)
            if isinstance(result, str):
                missing[name] = result
            else:
                results.append(result)
        show(title, len(cases), results, details=options.details)
        whole[f"{title} ({len(cases)})"] = results
    for name, why in missing.items():
        print(f"\n{name} is left out: {why}")
    if options.markdown:
        print("\n" + "\n".join(matrix(whole)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
