"""No page says anything that does not go through the catalogues: templates, scripts, refusals."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from jinja2.lexer import TOKEN_BLOCK_BEGIN, TOKEN_BLOCK_END, TOKEN_DATA, TOKEN_NAME

from backchannel.sources.floor import NAMELESS
from tests.catalogues import NOT_YET, ROOT

TEMPLATES = sorted((ROOT / "templates").glob("*.html"))
JS = ROOT / "static" / "js"
DESK = ("console", "console/people", "console/record", "console/rules", "console/screens")
SCRIPTS = [
    *(JS / f"{name}.js" for name in ("phone", "mine", "questions", "outbox", "reactions", "kiosk")),
    *(
        JS / f"{name}.js"
        for name in ("calibration", "console", "people", "record", "rules", "runner", "screen", "screens", "speaker")
    ),
    *sorted(path for part in ("screen", "speaker", *DESK) for path in (JS / part).glob("*.js")),
]
DOORS = [path for path in sorted((ROOT / "backchannel").rglob("*.py")) if str(path.relative_to(ROOT)) not in NOT_YET]
HUMAN = {"alt", "aria-description", "aria-label", "aria-roledescription", "placeholder", "title"}
NAMES = {"#nowall", "#nobot", "Backchannel", "CSV", "JSON Lines"}
LETTERS = re.compile(r"[^\W\d_]{2}")
# Reads like words for people: it begins with a capital letter, or has two words.
WORDS = re.compile(r"^[A-Z“][^\W\d_A-Z]+(?:[ .,:;!?’]|$)|[^\W\d_]+ [^\W\d_]{2}")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*|(?<=[;{,(]) //[^\n]*", re.DOTALL | re.MULTILINE)
TRANSLATED = re.compile(r"""(?:n?gettext|Error|console\.info)\(\s*(?:(?:"[^"]*"|`[^`]*`),?\s*){1,2}""")
STRING = re.compile(r""""[^"\n]*"|`[^`]*`""")
ASKED = re.compile(r"\bfetch\([^;]*;")
FILLED = re.compile(r"\$\{[^}]*\}(?:px)?")
KEPT = {NAMELESS}  # what is in the store, and said in other words
KEYS = {"Alt", "Control", "Dead", "Enter", "Escape", "Key", "Meta", "Notification", "Shift", "Tab"}
IN_TAG = re.compile(r"""[\w-]+="[^"]*"|\bdata-[\w-]+|/\?\S+""")  # what a macro puts into a tag, or into an address
GETTEXT = {"_", "gettext", "ngettext"}
ENV = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, autoescape=True)
ENV.newstyle_gettext = True  # type: ignore[attr-defined]


def markup_of(source: str) -> str:
    """A template's own markup: what is between its tags, without blocks that are translated."""
    parts, is_translated, is_begun = [], False, False
    for _, kind, value in ENV.lex(source):
        if kind == TOKEN_DATA and not is_translated:
            parts.append(value)
        elif kind == TOKEN_BLOCK_BEGIN:
            is_begun = True
        elif kind == TOKEN_NAME and is_begun:
            is_translated = value in {"trans", "pluralize"} or (is_translated and value != "endtrans")
            is_begun = False
        elif kind == TOKEN_BLOCK_END:
            is_begun = False
    return "".join(parts)


class Said(HTMLParser):
    """Gathers what a page shows or reads out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes that people hear of; the parser's own name."""
        self.words += [value for name, value in attrs if name in HUMAN and value]

    def handle_data(self, data: str) -> None:
        """Take text; the parser's own name."""
        self.words.append(IN_TAG.sub("", data).strip())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_markup_of_a_template_says_nothing_by_itself(path: Path) -> None:
    said = Said()
    said.feed(markup_of(path.read_text(encoding="utf-8")))
    assert [words for words in said.words if LETTERS.search(words) and words not in NAMES] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_whatever_a_template_puts_in_goes_through_a_catalogue(path: Path) -> None:
    tree = ENV.parse(path.read_text(encoding="utf-8"))
    translated = {id(each) for call in tree.find_all(nodes.Call) if _is_gettext(call) for each in call.args}
    told = [each.value for each in tree.find_all(nodes.Const) if id(each) not in translated]
    assert [words for words in told if isinstance(words, str) and WORDS.search(words)] == []


def _is_gettext(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in GETTEXT


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_whatever_a_script_says_goes_through_a_catalogue(path: Path) -> None:
    assert [words for words in strings_of(path.read_text(encoding="utf-8")) if WORDS.search(words)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_what_may_be_refused_is_asked_in_the_language_of_the_page(path: Path) -> None:
    """Whatever the browser likes best: a refusal is read on the page."""
    asked = [found[0] for found in ASKED.finditer(path.read_text(encoding="utf-8")) if "method" in found[0]]
    untold = ("/reactions", "/api/screens/code", "/got")  # nobody is told what becomes of these
    assert [each for each in asked if "inTongue(" not in each and not any(words in each for words in untold)] == []


def strings_of(script: str) -> list[str]:
    """The strings of a script that are not given to gettext, thrown as an error or logged."""
    strings = (found[0][1:-1] for found in STRING.finditer(TRANSLATED.sub("", COMMENT.sub("", script))))
    return [
        FILLED.sub("", words) for words in strings if not words.startswith((".", "#", "[")) and words not in KEYS | KEPT
    ]


@pytest.mark.parametrize("path", [path for path in DOORS if "Refusal(" in path.read_text()], ids=lambda path: path.stem)
def test_a_refusal_has_words_that_a_catalogue_can_know(path: Path) -> None:
    """They are written out, or a constant's; an f-string is other words every time."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_refusal = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Refusal"
        if isinstance(call, ast.Call) and is_refusal:
            message = call.args[2]
            assert not isinstance(message, ast.JoinedStr), f"{path.name}:{call.lineno}"


def test_a_word_that_is_left_out_is_found() -> None:
    said = Said()
    said.feed(markup_of('<p title="A b">{% trans %}in{% endtrans %}{{ _("in") }}<b>left out</b></p>'))
    assert [words for words in said.words if words] == ["A b", "left out"]
    assert (strings_of('gettext("a"); say(gettext("b", { c: d() }), "left out"); new Error("e"); // f "g"')) == [
        "left out"
    ]
