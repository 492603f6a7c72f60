"""Mail against its peers, in one run: reading the hostile set, then download from one Dovecot.

    python -m benchmarks.mail

Needs the extra `bench`; each half can be run by itself (`benchmarks.mail_reading`,
`benchmarks.mail_download`).
"""

from __future__ import annotations

import importlib
import sys

HALVES = ("benchmarks.mail_reading", "benchmarks.mail_download")


def main() -> None:
    """Run both halves; one whose programs are not installed is named and left out."""
    missing = []
    for name in HALVES:
        print(f"== {name}\n", flush=True)
        try:
            half = importlib.import_module(name)
        except ImportError as error:
            missing.append(name)
            print(f"not run: {error}\n", flush=True)
            continue
        half.main()
        print(flush=True)
    if missing:
        sys.exit(f"not run: {', '.join(missing)}")


if __name__ == "__main__":
    main()
