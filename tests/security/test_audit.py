import json
import sys
from subprocess import CompletedProcess

from tests.security.audit import NPM, listed_by_npm, run, told_by_npm, told_by_pip


def answer(stdout: object, stderr: str = "") -> CompletedProcess[str]:
    return CompletedProcess((), 1, json.dumps(stdout) if stdout else "", stderr)


def test_what_pip_audit_knows_is_told_by_package() -> None:
    known = [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}]
    clean = [{"name": "b", "version": "2", "vulns": []}, {"name": "c", "skip_reason": "not on the index"}]
    told = told_by_pip(answer({"dependencies": known + clean}))
    known_of_two = "2 packages, 1 with something known against them\n  a 1: CVE-1, CVE-2"
    assert told == f"{known_of_two}\n  NOT ASKED after 1: the index does not know them"


def test_what_npm_audit_knows_is_told_by_package() -> None:
    vulnerabilities = {"left-pad": {"severity": "high"}}
    told = told_by_npm(answer({"metadata": {"dependencies": {"total": 9}}, "vulnerabilities": vulnerabilities}))
    assert told == "9 packages, 1 with something known against them\n  left-pad (high)"


def test_what_npm_lists_is_the_same_for_the_same_pins() -> None:
    components = [{"name": "left-pad", "version": "1.3.0"}]
    told = {"serialNumber": "urn:uuid:1", "metadata": {"timestamp": "now", "tools": []}, "components": components}
    assert listed_by_npm(answer(told)) == {"metadata": {"tools": []}, "components": components}
    for other in (None, {"error": {"code": "E"}}, [1]):
        assert listed_by_npm(answer(other, "npm error\n")) is None


def test_every_lock_names_its_own_version_without_which_npm_lists_nothing() -> None:
    for place in NPM:
        lock = json.loads((place / "package-lock.json").read_text())
        assert json.loads((place / "package.json").read_text())["version"] == lock["packages"][""]["version"]


def test_without_an_answer_the_reason_is_told() -> None:
    for told in (told_by_pip, told_by_npm):
        assert told(answer(None, "warning\nno network\n")) == "NOT ASKED: no network"
        assert told(run((f"{sys.executable}-that-is-not-there",))).startswith("NOT ASKED: ")
