"""The catalogues: what the pages' words are in each language. They are read once, from the files of translators.

The words in templates and code are English, and the keys; a word that a catalogue lacks stays English.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from backchannel.errors import Refusal

FOLDER: Final = Path(__file__).resolve().parent.parent / "locale"
DOMAIN: Final = "backchannel"
SOURCE: Final = "en"
# British, since our English writes days and times so.
LOCALES: Final[Mapping[str, str]] = {SOURCE: "en_GB"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that pages speak: `tag` is BCP 47's, `name` what its speakers call it, `direction` is HTML's `dir`."""

    tag: str
    name: str
    direction: str
    locale: Locale
    words: NullTranslations
    catalogue: Catalog

    def say(self, words: str, **values: object) -> str:
        """Words in this language, their places filled."""
        said = self.words.gettext(words) if words else ""
        return said % values if values else said

    def count(self, one: str, many: str, num: int, **values: object) -> str:
        """The form that goes with a number, which stands at `%(num)s`."""
        return self.words.ngettext(one, many, num) % {"num": num, **values}

    def refuse(self, refusal: Refusal) -> str:
        """Why something is refused."""
        return self.say(refusal.template, **refusal.values)

    def learning(self, script: str) -> str:
        """What a script has to be told, as two arguments: the words that stand in it, and which form a number takes."""
        known = {
            words[0] if isinstance(words, tuple) else words: said
            for message in self.catalogue
            if (words := message.id) and (said := message.string) and _stands_in(words, script)
        }
        rule = self.catalogue.plural_expr
        return f"{json.dumps(known, ensure_ascii=False, sort_keys=True)}, (n) => Number({rule})" if known else ""


def _stands_in(words: str | tuple[str, ...] | list[str], script: str) -> bool:
    first = words if isinstance(words, str) else words[0]
    return json.dumps(first, ensure_ascii=False) in script


@cache
def known_tags() -> tuple[str, ...]:
    """The languages that there are: English, and whatever has a catalogue."""
    return SOURCE, *sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def path_of(tag: str) -> Path:
    """Where the catalogue of a language lies."""
    return FOLDER / tag / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def tongue(tag: str) -> Tongue:
    """A language that there is."""
    locale = Locale.parse(LOCALES.get(tag, tag), sep="_" if "_" in LOCALES.get(tag, tag) else "-")
    name = Locale.parse(tag, sep="-").get_display_name() or tag
    return Tongue(tag, name[:1].upper() + name[1:], locale.text_direction, locale, *_read(tag, locale))


def _read(tag: str, locale: Locale) -> tuple[NullTranslations, Catalog]:
    if tag == SOURCE:
        return NullTranslations(), Catalog(locale)
    with path_of(tag).open("rb") as file:
        catalogue = read_po(file, locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled), catalogue


ENGLISH: Final = tongue(SOURCE)


@cache
def tongues() -> tuple[Tongue, ...]:
    """Every language that there is, English first."""
    return tuple(tongue(tag) for tag in known_tags())
