"""Where the browser is, how it is started, and the accessibility checker that is put into its pages."""

import os
import shutil
from pathlib import Path
from typing import Final

AXE: Final = Path(__file__).parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC: Final = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)

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
    named = os.environ.get("BACKCHANNEL_CHROMIUM")
    found = [shutil.which(named)] if named else [shutil.which(name) for name in NAMES]
    installed = [path for path in MAC if path.exists() and not named]
    return next((Path(path) for path in found if path), next(iter(installed), None))


def launch_arguments() -> list[str]:
    """The arguments of every launch; root has no sandbox to offer."""
    return [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else [*QUIET]
