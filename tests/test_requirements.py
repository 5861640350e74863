"""Everything that gets installed is pinned by version and hash, and no file says from where."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PINNED = (ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt")
PDS = ROOT / "tests" / "pds" / "requirements.txt"
SECURITY = ROOT / "tests" / "security" / "requirements.txt"
LOCKS = tuple(ROOT / "tests" / folder / "package-lock.json" for folder in ("frontend", "pds"))
ADDRESS = re.compile(r"://|^\s*(-i|-f|--(extra-)?index-url|--find-links)\b| @ ", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    """The versions of a requirements file by the packages' canonical names."""
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", path.read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def project() -> dict[str, Any]:
    """The parsed pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("path", (*PINNED, PDS, SECURITY), ids=lambda path: path.parent.name)
def test_requirements_name_no_index(path: Path) -> None:
    assert not ADDRESS.findall(path.read_text())


@pytest.mark.parametrize("path", (*PINNED, PDS, SECURITY), ids=lambda path: path.parent.name)
def test_every_requirement_is_pinned_with_hashes(path: Path) -> None:
    lines = [line for line in path.read_text().replace("\\\n", " ").splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in lines if line and not re.search(r"==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_the_server_gets_what_pyproject_asks_for() -> None:
    assert_met(project()["project"]["dependencies"], pins(PINNED[0]))


def test_the_tests_get_what_pyproject_asks_for() -> None:
    assert_met(project()["dependency-groups"]["tests"], pins(PINNED[1]))


def test_the_check_with_a_real_pds_gets_what_pyproject_asks_for() -> None:
    assert_met(project()["dependency-groups"]["pds"], pins(PDS))


def test_the_audit_gets_what_pyproject_asks_for() -> None:
    assert_met(project()["dependency-groups"]["audit"], pins(SECURITY))


def test_both_requirements_files_agree() -> None:
    server, tests = (pins(path) for path in PINNED)
    assert [name for name in server.keys() & tests.keys() if server[name] != tests[name]] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_npm_packages_are_locked_by_hash_and_not_by_address(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def assert_met(wishes: list[str], pinned: dict[str, str]) -> None:
    """Fails with the names of the packages that are not pinned, or pinned at a version that was not asked for."""
    unmet = [
        wish.name
        for wish in map(Requirement, wishes)
        if not wish.specifier.contains(pinned.get(canonicalize_name(wish.name), "0"))
    ]
    assert unmet == []
