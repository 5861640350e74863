"""What the checks need besides Python: Node.js, npm's packages, PostgreSQL, browsers with fonts for every script.

As root on Debian it is installed; elsewhere the command is told. With CI=true nothing may be missing.
"""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from tests.browser import chromium, firefox
from tests.cluster import programs

CI: Final = os.environ.get("CI", "").lower() in {"1", "true"}
FRONTEND: Final = Path(__file__).parent / "frontend"
FONTS: Final = Path("/usr/share/fonts")
FONT_FILES: Final = (
    FONTS / "truetype/noto/NotoSans-Regular.ttf",
    FONTS / "opentype/noto/NotoSansCJK-Regular.ttc",
    FONTS / "truetype/noto/NotoColorEmoji.ttf",
)
INSTALL_DEADLINE_S: Final = 900


class Need(Enum):
    """Something a check cannot run without."""

    NODE = "Node.js 18 or newer with npm"
    NPM_PACKAGES = "npm's packages of tests/frontend"
    POSTGRESQL = "PostgreSQL 14 or newer with initdb and pg_ctl"
    BROWSER = "Chromium (or its path in BACKCHANNEL_CHROMIUM), with the Noto fonts"
    COMPILER = "gcc, with the headers of the C library"
    FIREFOX = "Firefox ESR (or its path in BACKCHANNEL_FIREFOX)"


@dataclass(frozen=True)
class Part:
    """Debian packages that meet a need, and how to see whether they must be installed."""

    need: Need
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def is_debian() -> bool:
    """True on Debian itself; its descendants package browsers differently."""
    try:
        return platform.freedesktop_os_release()["ID"] == "debian"
    except OSError:
        return False


def has_node() -> bool:
    """True where both node and npm can be started."""
    return bool(shutil.which("node") and shutil.which("npm"))


def has_fonts() -> bool:
    """True where text of every script has a face; other systems than Debian are trusted with it."""
    return not is_debian() or all(path.exists() for path in FONT_FILES)


PARTS: Final = (
    Part(Need.NODE, ("nodejs", "npm"), has_node),
    Part(Need.POSTGRESQL, ("postgresql",), lambda: programs() is not None),
    Part(Need.COMPILER, ("gcc", "libc6-dev"), lambda: bool(shutil.which("gcc"))),
    Part(Need.BROWSER, ("chromium-headless-shell",), lambda: chromium() is not None),
    Part(Need.FIREFOX, ("firefox-esr",), lambda: firefox() is not None),
    Part(Need.BROWSER, ("fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"), has_fonts),
)


def provide(needs: frozenset[Need], say: Callable[[str], None]) -> dict[Need, str]:
    """Installs what is needed where it may; returns what stays missing, each with the command that brings it."""
    absent = absent_packages(needs)
    if absent and is_debian() and os.geteuid() == 0:
        apt_install(absent, say)
    remedies = {
        need: " ".join(["on Debian: apt-get install", *lacking])
        for need in Need
        if need in needs and (lacking := absent_packages([need]))
    }
    if Need.NPM_PACKAGES in needs and not has_npm_packages():
        if Need.NODE not in remedies:
            run(("npm", "ci"), say, folder=FRONTEND)
        if not has_npm_packages():
            remedies[Need.NPM_PACKAGES] = "npm ci (in tests/frontend)"
    return remedies


def absent_packages(needs: Iterable[Need]) -> list[str]:
    """Debian's names of the packages that the needs lack."""
    return [package for part in PARTS if part.need in needs and not part.is_there() for package in part.packages]


def has_npm_packages() -> bool:
    """True where npm installed everything the lock file names, after it last changed."""
    installed, lock = FRONTEND / "node_modules" / ".package-lock.json", FRONTEND / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime


def apt_install(packages: list[str], say: Callable[[str], None]) -> None:
    """Installs Debian packages without asking; a failure is told, and shows in what stays missing."""
    if run(("apt-get", "update", "-q"), say):
        run(("apt-get", "install", "-q", "-y", "--no-install-recommends", *packages), say)


def run(command: tuple[str, ...], say: Callable[[str], None], *, folder: Path | None = None) -> bool:
    """Runs an installer; True if it succeeded, else its output is told."""
    say(f"installing: {' '.join(command)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=INSTALL_DEADLINE_S,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        say(error.stdout)
        return False
    except subprocess.TimeoutExpired:
        say(f"given up after {INSTALL_DEADLINE_S} s")
        return False
    return True
