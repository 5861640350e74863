"""The table of threats in SECURITY.md names tests that are there."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
ROW: Final = re.compile(r"^\|.*\|.*\|(.*tests/.*)\|$", re.MULTILINE)
NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")


def test_every_threat_has_its_test() -> None:
    table = (ROOT / ".github" / "SECURITY.md").read_text().partition("## Threats")[2].partition("\n## ")[0]
    rows = ROW.findall(table)
    assert len(rows) == len([line for line in table.splitlines() if line.startswith("| ")]) - 1
    assert len(rows) >= 35
    for row in rows:
        named = NAMED.findall(row)
        assert named, row
        for file, test in named:
            assert f"def {test}" in (ROOT / file).read_text(), (file, test)
