"""No words are left out: what pages say stands in every catalogue, and every catalogue says it well."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.catalog import Message

from backchannel.web.catalogues import SOURCE, known_tags, path_of, tongue
from tests.catalogues import updated

TAGS = [tag for tag in known_tags() if tag != SOURCE]
PLACE = re.compile(r"%\(\w+\)s")
MARKUP = re.compile(r"<[^>]*>")


def messages(tag: str) -> Iterator[tuple[Message, list[str], list[str]]]:
    """The messages of a catalogue, each with its English forms and those of the language."""
    for message in tongue(tag).catalogue:
        if message.id:
            yield message, _forms(message.id), _forms(message.string)


def _forms(words: Any) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_has_the_words_of_all_pages_and_no_others(tag: str) -> None:
    assert path_of(tag).read_text(encoding="utf-8") == updated(tag), "run python -m tests.catalogues"


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_is_untranslated_or_uncertain(tag: str) -> None:
    bad = [english for message, english, said in messages(tag) if message.fuzzy or not all(said)]
    assert bad == []


@pytest.mark.parametrize("tag", TAGS)
def test_there_are_as_many_forms_as_the_language_has(tag: str) -> None:
    forms = tongue(tag).catalogue.num_plurals
    assert [said for message, _, said in messages(tag) if message.pluralizable and len(said) != forms] == []


@pytest.mark.parametrize("tag", TAGS)
def test_every_place_is_filled_with_what_the_english_has(tag: str) -> None:
    """A form for one, two or none may say its number in words."""
    for message, english, said in messages(tag):
        wanted = set(PLACE.findall(" ".join(english)))
        for form in said:
            optional = {"%(num)s"} if message.pluralizable else set()
            assert wanted - optional <= set(PLACE.findall(form)) <= wanted, (english, form)
            assert "%" not in PLACE.sub("", form), form


@pytest.mark.parametrize("tag", TAGS)
def test_a_translation_has_the_markup_of_the_english_and_no_other(tag: str) -> None:
    for _, english, said in messages(tag):
        for form in said:
            assert MARKUP.findall(form) == MARKUP.findall(english[0]), form
            assert not re.search(r'[<>&"]', MARKUP.sub("", form)), form


@pytest.mark.parametrize(
    ("tag", "few"), [("ar", "يبدأ بعد 3 أيام"), ("de", "Beginnt in 3 Tagen"), ("fr", "Commence dans 3 jours")]
)
def test_numbers_have_the_form_that_goes_with_them(tag: str, few: str) -> None:
    days = "Begins in %(num)s day", "Begins in %(num)s days"
    assert tongue(tag).count(*days, 3) == few
    assert tongue("ar").count(*days, 2) == "يبدأ بعد يومين"
