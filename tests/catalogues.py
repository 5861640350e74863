"""The words of all pages, found in templates, scripts and Python.

`python -m tests.catalogues` puts new ones into every catalogue. What a catalogue has already stays, what nobody says
any more leaves, and what is new waits there for a translator.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from backchannel.web.catalogues import known_tags, path_of

ROOT: Final = Path(__file__).resolve().parent.parent
# Which argument of a call holds words; of two the second is the form for many.
PYTHON: Final[Mapping[str, Any]] = {"spoken": None, "say": None, "count": (1, 2), "Refusal": (3,)}
SCRIPTS: Final[Mapping[str, Any]] = {"gettext": None, "ngettext": (1, 2)}
TEMPLATES: Final[Mapping[str, Any]] = {"_": None, "gettext": None, "ngettext": (1, 2)}
PLACES: Final[tuple[tuple[str, str, Mapping[str, Any], Mapping[str, str]], ...]] = (
    ("python", "backchannel/**/*.py", PYTHON, {}),
    ("javascript", "static/js/**/*.js", SCRIPTS, {}),
    ("jinja2", "templates/*.html", TEMPLATES, {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}),
)

# What is said to programs alone, in English.
NOT_YET: Final = {
    *("backchannel/hub/channel.py", "backchannel/media/fetcher.py"),
    *("backchannel/sources/webhook.py", "backchannel/sources/inbox.py", "backchannel/web/hooks.py"),
}

Words = str | tuple[str, ...]


@cache
def found() -> Sequence[tuple[str, Words]]:
    """All words, each with the file that says them. To read them takes two seconds, and each language wants them."""
    return [*_found()]


def _found() -> Iterator[tuple[str, Words]]:
    for method, files, keywords, options in PLACES:
        for path in sorted(ROOT.glob(files)):
            place = path.relative_to(ROOT).as_posix()
            if place in NOT_YET:
                continue
            for _, words, _, _ in extract_from_file(method, path, keywords=keywords, options=dict(options)):
                yield place, tuple(words) if isinstance(words, (tuple, list)) else words


def template() -> Catalog:
    """A catalogue of all words, without a translation."""
    catalogue = Catalog(project="Backchannel", charset="utf-8")
    for place, words in found():
        form = "python-format" if "%(" in "".join(words) else None
        catalogue.add(words, locations=[(place, 0)], flags=[form] if form else ())
    return catalogue


def updated(tag: str) -> str:
    """The catalogue of a language as it should lie on disk."""
    with path_of(tag).open("rb") as file:
        catalogue = read_po(file, tag)
    catalogue.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    out = BytesIO()
    write_po(
        out, catalogue, width=120, omit_header=False, sort_by_file=True, ignore_obsolete=True, include_lineno=False
    )
    return out.getvalue().decode()


if __name__ == "__main__":
    for each in known_tags()[1:]:
        path_of(each).write_text(updated(each), encoding="utf-8")
