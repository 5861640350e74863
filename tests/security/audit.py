"""What is known against what we depend on, and lists of all of it: `python -m tests.security.audit [--sbom FOLDER]`.

It asks the packages' own indexes and tells; it never fails, since what is known changes without us, and there may be no
network. pip-audit and cyclonedx-bom have a list of their own: pip install -r tests/security/requirements.txt.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PINNED: Final = tuple(ROOT / folder / "requirements.txt" for folder in (".", "tests", "tests/pds", "tests/security"))
NPM: Final = tuple(ROOT / "tests" / folder for folder in ("frontend", "pds"))
DEADLINE_S: Final = 300
PIP_AUDIT: Final = (sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner=off")
NPM_AUDIT: Final = ("npm", "audit", "--json", "--package-lock-only")
NPM_LIST: Final = ("npm", "sbom", "--sbom-format=cyclonedx", "--package-lock-only", "--offline")


def main() -> int:
    """Ask, tell, and write the lists where a folder is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.security.audit", description=__doc__)
    parser.add_argument("--sbom", type=Path, metavar="FOLDER", help="write CycloneDX lists of what is used, for others")
    folder = parser.parse_args().sbom
    for pinned in PINNED:
        answer = run((*PIP_AUDIT, "-r", str(pinned), "--format=json"))
        say(str(pinned.relative_to(ROOT)), told_by_pip(answer))
    for place in NPM:
        say(f"{place.relative_to(ROOT)}/package-lock.json", told_by_npm(run(NPM_AUDIT, place)))
    if folder is not None:
        write_lists(folder)
    return 0


def write_lists(folder: Path) -> None:
    """CycloneDX lists of everything that is pinned: the same for the same pins."""
    folder.mkdir(parents=True, exist_ok=True)
    for pinned in PINNED:
        file = folder / f"{'server' if pinned == PINNED[0] else pinned.parent.name}.cdx.json"
        listed = ("requirements", str(pinned), "--output-format=JSON", f"--output-file={file}")
        answer = run((sys.executable, "-m", "cyclonedx_py", *listed, "--output-reproducible"))
        say(str(file), "written" if answer.returncode == 0 else f"NOT WRITTEN: {last_line(answer)}")
    for place in NPM:
        file, answer = folder / f"{place.name}.npm.cdx.json", run(NPM_LIST, place)
        packages = listed_by_npm(answer)
        if packages is not None:
            file.write_text(json.dumps(packages, indent=2) + "\n")
        say(str(file), f"NOT WRITTEN: {last_line(answer)}" if packages is None else "written")


def listed_by_npm(answer: subprocess.CompletedProcess[str]) -> dict[str, Any] | None:
    """The list of npm, without what differs each time; None where there is none."""
    try:
        told: dict[str, Any] = json.loads(answer.stdout)
        told["metadata"].pop("timestamp", None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    told.pop("serialNumber", None)
    return told if "components" in told else None


def run(command: Sequence[str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """What a program answers; one that is not there, or takes too long, has failed."""
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def told_by_pip(answer: subprocess.CompletedProcess[str]) -> str:
    """What pip-audit found, in a line or more."""
    try:
        packages = json.loads(answer.stdout)["dependencies"]
    except (ValueError, KeyError):
        return f"NOT ASKED: {last_line(answer)}"
    found = [
        f"{package['name']} {package['version']}: {', '.join(known['id'] for known in package['vulns'])}"
        for package in packages
        if package.get("vulns")
    ]
    skipped = sum("skip_reason" in package for package in packages)
    told = counted(len(packages) - skipped, found)
    return f"{told}\n  NOT ASKED after {skipped}: the index does not know them" if skipped else told


def told_by_npm(answer: subprocess.CompletedProcess[str]) -> str:
    """What npm audit found, in a line or more."""
    try:
        told = json.loads(answer.stdout)
        many, known = told["metadata"]["dependencies"]["total"], told["vulnerabilities"]
    except (ValueError, KeyError):
        return f"NOT ASKED: {last_line(answer)}"
    return counted(many, [f"{name} ({each['severity']})" for name, each in known.items()])


def counted(many: int, found: Sequence[str]) -> str:
    """How many packages were asked after, and what is known against which."""
    return "\n  ".join([f"{many} packages, {len(found)} with something known against them", *found])


def last_line(answer: subprocess.CompletedProcess[str]) -> str:
    """Why there is no answer."""
    return next(iter((answer.stderr or answer.stdout).strip().splitlines()[-1:]), "no answer")


def say(place: str, words: str) -> None:
    """A line of the report."""
    print(f"{place}: {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
