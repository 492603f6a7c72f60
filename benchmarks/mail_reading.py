"""Our message reader beside four peers on the hostile set; then on one mail of 50 MB.

    python -m benchmarks.mail_reading [--only NAME]

A case counts as right where the reader gives the subject, the senders' addresses, the file names
and the files' bytes that the set says, each counted apart. Readers that open inner mails are
right with what lies inside them; a name that a reader makes up for a nameless part is no mistake.
Each reader runs in a process of its own, and is given `CASE_SECONDS` for a mail.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import mail_large
from benchmarks.mail_readers import LOADERS, Reading, available
from tests.builders.hostile import CASES, HostileMail

OURS = "ours"
FACETS = ("subject", "senders", "names", "bytes")
CASE_SECONDS = 120
_ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print the tables, and every case that a peer has right and we have wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="cases whose names hold this")
    parser.add_argument("--child", nargs=2, metavar=("READER", "FIRST"), help=argparse.SUPPRESS)
    # As a half of `benchmarks.mail` it takes no arguments of that one's.
    given = parser.parse_args(None if __name__ == "__main__" else [])
    if given.child:
        _read_cases(given.child[0], int(given.child[1]), given.only)
    else:
        _set_table(given.only)
        print()
        mail_large.main([])


def _set_table(only: str) -> None:
    results = {reader: list(_run_cases(reader, only)) for reader in available()}
    print(f"{len(results[OURS])} cases, right in each of four respects, in one run")
    print(f"{'':>18} {'subjects':>9} {'senders':>8} {'names':>6} {'bytes':>6} {'all':>5}"
          f" {'raised':>7} {'seconds':>8} {'without huge':>13}")  # fmt: skip
    for reader, rows in results.items():
        right = [sum(row.get(facet, False) for row in rows) for facet in FACETS]
        whole = sum(all(row.get(facet, False) for facet in FACETS) for row in rows)
        raised = sum("error" in row for row in rows)
        seconds = sum(row["seconds"] for row in rows)
        usual = sum(row["seconds"] for row in rows if not row["name"].startswith("huge"))
        print(f"{reader:>18} {right[0]:>9} {right[1]:>8} {right[2]:>6} {right[3]:>6} {whole:>5}"
              f" {raised:>7} {seconds:>8.2f} {usual:>13.2f}")  # fmt: skip
    worse = [
        f"{peer}, {facet}: {theirs['name']}"
        for peer in results
        for mine, theirs in zip(results[OURS], results[peer], strict=True)
        for facet in FACETS
        if theirs.get(facet, False) and not mine.get(facet, False)
    ]
    print(f"\nright in a peer and wrong in ours: {len(worse) or 'none'}")
    print("".join(f"  {line}\n" for line in worse))


def _run_cases(reader: str, only: str) -> Iterator[dict[str, Any]]:
    """One row a case; a child that dies or hangs is replaced for the cases after it."""
    wanted = [case.name for case in CASES if only in case.name]
    done = 0
    while done < len(wanted):
        command = [sys.executable, "-m", "benchmarks.mail_reading", "--only", only]
        with subprocess.Popen(
            [*command, "--child", reader, str(done)], stdout=subprocess.PIPE, text=True, cwd=_ROOT,
            stderr=subprocess.DEVNULL,
        ) as child, selectors.DefaultSelector() as waiting:  # fmt: skip
            assert child.stdout is not None
            waiting.register(child.stdout, selectors.EVENT_READ)
            while done < len(wanted):
                line = child.stdout.readline() if waiting.select(CASE_SECONDS) else ""
                if not line:
                    child.kill()
                    yield {"name": wanted[done], "error": "died or hung", "seconds": CASE_SECONDS}
                    done += 1
                    break
                done += 1
                yield json.loads(line)


def _read_cases(reader: str, first: int, only: str) -> None:
    read = LOADERS[reader]()
    for case in [case for case in CASES if only in case.name][first:]:
        row: dict[str, Any] = {"name": case.name}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "m.eml"
            path.write_bytes(case.raw)
            begun = time.perf_counter()
            try:
                reading = read(path, Path(folder) / "parts")
            except Exception as error:  # noqa: BLE001 - that it raises is the result
                row |= {"error": repr(error)[:200], "seconds": time.perf_counter() - begun}
            else:
                row["seconds"] = time.perf_counter() - begun
                row |= _judge(case, reading)
        # One write, one line: the parent waits for the pipe, not for a buffer.
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()


def _judge(case: HostileMail, reading: Reading) -> dict[str, bool]:
    """Ours has to give what the set says; a peer may have opened inner mails and containers."""
    given = [(file.name, _digest(file.data), file.is_mail, file.within) for file in reading.files]
    kept = [(name, digest) for name, digest, _, within in given if not within]
    opened = [(name, digest) for name, digest, is_mail, _ in given if not is_mail]
    pairs = [(case.files, [one[:2] for one in given]), (case.files, kept)]
    if case.flat is not None:
        pairs += [(case.flat, opened), (case.flat, [one[:2] for one in given])]
    names = any(_same_names(case, wanted, files) for wanted, files in pairs)
    data = any(_same_bytes(case, wanted, files) for wanted, files in pairs)
    return {
        "subject": reading.subject == case.subject,
        "senders": list(reading.senders) == [address for _, address in case.sender],
        "names": names,
        "bytes": data,
    }


def _digest(data: bytes | Path) -> str:
    if isinstance(data, Path):
        data = data.read_bytes()
    return hashlib.sha256(data).hexdigest()


def _same_names(case: HostileMail, wanted: Any, given: list[tuple[str, str]]) -> bool:
    """A nameless part may have any name; so may an inner mail, which has none of its own."""
    if len(wanted) != len(given):
        return not case.whole and {name for name, _ in wanted} <= {name for name, _ in given}
    free = (name in ("", "message.eml") for name, _ in wanted)
    return all(
        one[0] == other[0] or any_name or (one[0].endswith(".eml") and not other[0])
        for one, other, any_name in zip(wanted, given, free, strict=True)
    )


def _same_bytes(case: HostileMail, wanted: Any, given: list[tuple[str, str]]) -> bool:
    digests = [digest for _, digest in given]
    if not case.whole:
        return {digest for _, digest in wanted} <= set(digests)
    return [digest for _, digest in wanted] == digests


if __name__ == "__main__":
    main()
