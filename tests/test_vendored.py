"""What others made and we ship is listed in README with its version and licence, and is what its makers gave us."""

import re
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent
LISTED = re.compile(r"^\| `(static/\S+)` \| [^|]+ \| [^|]+ \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def test_every_file_of_others_is_listed_and_as_they_made_it() -> None:
    listed = dict(LISTED.findall((ROOT / "README.md").read_text()))
    theirs = [*(ROOT / "static" / "vendor").rglob("*"), *(ROOT / "static" / "fonts").glob("*.woff2")]
    hashes = {str(path.relative_to(ROOT)): sha256(path.read_bytes()).hexdigest() for path in theirs if path.is_file()}
    assert listed == hashes
