"""The top level is fixed, and CI runs what README tells a developer to run."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOP_LEVEL = {
    "server.py",
    "backchannel",
    "static",
    "templates",
    "tests",
    "config.toml",
    "README.md",
    "requirements.txt",
    "pyproject.toml",
    "LICENSE",
}


def top_level() -> set[str]:
    """The names that git knows or would take at the top; in a tree without git, all but Python's own leavings."""
    if not (ROOT / ".git").exists():
        return {path.name for path in ROOT.iterdir()} - {"__pycache__"}
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.split("/")[0] for line in listing.splitlines()}


def test_nothing_new_lies_at_the_top_level() -> None:
    assert {name for name in top_level() if not name.startswith(".")} - TOP_LEVEL == set()


def test_ci_runs_the_second_command_of_the_readme() -> None:
    command = (ROOT / ".ci" / "run").read_text().splitlines()[-1]
    assert command in (ROOT / "README.md").read_text()
