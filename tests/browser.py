"""Where the browsers are, how Chromium is started, and the accessibility checker that is put into its pages."""

import os
import shutil
from pathlib import Path
from typing import Final

AXE: Final = Path(__file__).parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

CHROMIUM: Final = "chromium"
FIREFOX: Final = "firefox"
MAC: Final = Path("/Applications")

# Without these it looks up addresses of its own at every start, and says so in the tests' output.
QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> Path | None:
    """The Chromium of this machine: $BACKCHANNEL_CHROMIUM, else the first one found, else None."""
    return program(
        os.environ.get("BACKCHANNEL_CHROMIUM"),
        ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        (MAC / "Chromium.app/Contents/MacOS/Chromium", MAC / "Google Chrome.app/Contents/MacOS/Google Chrome"),
    )


def firefox() -> Path | None:
    """The Firefox of this machine: $BACKCHANNEL_FIREFOX, else the first one found, else None."""
    return program(
        os.environ.get("BACKCHANNEL_FIREFOX"), ("firefox-esr", "firefox"), (MAC / "Firefox.app/Contents/MacOS/firefox",)
    )


def program(named: str | None, names: tuple[str, ...], installed: tuple[Path, ...]) -> Path | None:
    """The program that is named, wherever it is; without a name the first of the others that is there."""
    if named:
        return Path(found) if (found := shutil.which(named)) else None
    paths = (*(Path(path) for name in names if (path := shutil.which(name))), *installed)
    return next((path for path in paths if path.exists()), None)


def launch_arguments() -> list[str]:
    """The arguments of every launch of Chromium; root has no sandbox to offer."""
    return [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else [*QUIET]
