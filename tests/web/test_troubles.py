"""What sources tell of their trouble, in the reader's language; what nobody translated stays as it came."""

import ast
from itertools import chain

import pytest

from backchannel.collector import Health
from backchannel.web.catalogues import tongue
from backchannel.web.troubles import PLACE, TROUBLES, retold
from backchannel.web.wire import health_json
from tests.catalogues import ROOT

GERMAN = tongue("de")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            "social.example (answer 503) is in trouble itself.",
            "social.example (Antwort 503) hat selbst Schwierigkeiten.",
        ),
        (
            "There is no live stream: social.example refuses connections. Posts still come, only somewhat later.",
            "Es gibt keinen Livestrom: social.example lehnt Verbindungen ab. Beiträge kommen weiter, nur etwas später.",
        ),
        (
            "a.example closed the connection. It says: bye Next is b.example.",
            "a.example hat die Verbindung geschlossen. Von dort heißt es: bye Als Nächstes kommt b.example.",
        ),
        ("Feed (blog.example)", "Feed (blog.example)"),
        ("Floor", "Saal"),
        ("the cat sat on the cable", "the cat sat on the cable"),
        ("", ""),
    ],
)
def test_a_trouble_is_told_in_the_readers_language_with_its_names_and_what_the_network_said(
    told: str, said: str
) -> None:
    assert retold(told, GERMAN) == said
    assert retold(told, tongue("en")) == told


def test_from_right_to_left_an_address_stands_apart_from_the_words_around_it() -> None:
    assert retold("a.example/9 refuses.", tongue("ar")) == "\u2068a.example/9\u2069 يرفض."


def test_reasons_that_are_called_alike_are_counted_together_and_the_english_stays_for_programs() -> None:
    health = Health("m", "Mastodon (m.example)", "mastodon", error="m.example refuses connections.")
    health.refused.update({"the post is empty": 2, "the entry is empty": 1})
    told = health_json(health, GERMAN)
    assert told["error"] == "m.example lehnt Verbindungen ab."
    assert told["refused"] == {"der Beitrag ist leer": 2, "der Eintrag ist leer": 1}
    assert health_json(health)["refused"] == dict(health.refused)


def test_every_trouble_that_is_translated_is_one_that_somebody_tells() -> None:
    globs = ("*.py", "media/*.py", "schedules/*.py", "sources/*.py")
    folders = [(ROOT / "backchannel").glob(pattern) for pattern in globs]
    files = chain.from_iterable(folders)
    said = "\n".join(_said(path.read_text(encoding="utf-8")) for path in files)
    pieces = {template: [each.strip(" .()") for each in PLACE.split(template)[::2]] for template in TROUBLES}
    assert [template for template, parts in pieces.items() if not all(part in said for part in parts)] == []


def _said(source: str) -> str:
    """All strings of a module."""
    constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return "\n".join(value for value in constants if isinstance(value, str))
