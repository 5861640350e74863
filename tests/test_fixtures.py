"""The account of the recorded payloads beside the repository: which test reads each, or why none does."""

from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from tests.shared import fixtures

TESTS: Final = Path(__file__).parent
_BLUESKY: Final = "sources/test_bluesky_fixtures.py::test_"
_MASTODON: Final = "sources/test_mastodon_fixtures.py::test_"
_CONFERENCE: Final = "test_likeness_fixtures.py::test_"

# The first pattern that a file fits counts. Each test is named as pytest names it, from here on.
READ: Final[Mapping[str, str]] = {
    "bluesky/http-recordings.json": f"{_BLUESKY}the_limits_of_recorded_answers_are_understood",
    "bluesky/interop/datetime_*": f"{_BLUESKY}times_are_read_as_the_protocol_writes_them",
    "bluesky/interop/*": f"{_BLUESKY}names_are_told_apart_as_the_protocol_does",
    "bluesky/jetstream-*": f"{_BLUESKY}every_recorded_frame_is_read",
    "bluesky/postviews-*": "sources/test_profile.py::test_every_recorded_author_is_read",
    "bluesky/*.json": f"{_BLUESKY}every_recorded_record_is_read_or_refused",
    "conference/*13.csv": f"{_CONFERENCE}what_is_folded_of_real_conferences_says_whom_it_repeats",
    "conference/hitseq14.txt": f"{_CONFERENCE}what_is_folded_of_real_conferences_says_whom_it_repeats",
    "conference/useR*": f"{_CONFERENCE}every_retweet_with_enough_words_is_folded_into_what_it_repeats",
    "conference/Devoxx*": "schedules/test_devoxx.py::test_a_day_of_devoxx_is_read_whole",
    "feeds/*": "sources/test_feed_fixtures.py::test_every_recorded_feed_is_read_or_refused",
    "mastodon/*.elided.txt": f"{_MASTODON}an_answer_that_is_no_json_is_given_up_in_plain_words",
    "mastodon/*instance*": f"{_MASTODON}what_servers_say_of_themselves_is_understood",
    "mastodon/docs-ws-*": f"{_MASTODON}every_recorded_frame_of_a_stream_is_read",
    "mastodon/*streaming_*": f"{_MASTODON}every_recorded_frame_of_a_stream_is_read",
    "mastodon/*.ws.*": f"{_MASTODON}every_recorded_frame_of_a_stream_is_read",
    "mastodon/http-*": f"{_MASTODON}the_limits_of_recorded_answers_are_understood",
    "mastodon/*RequestError.json": f"{_MASTODON}the_errors_of_servers_are_no_statuses",
    "mastodon/*": f"{_MASTODON}every_recorded_status_is_read_or_refused",
    "misskey/*": f"{_MASTODON}notes_of_misskeys_own_api_are_no_statuses",
    "profanity/LDNOOBW/*.txt": "test_phrase_fixtures.py::test_every_word_of_every_list_is_found_where_it_is_said",
    "profanity/dsojevic-*": "test_phrase_fixtures.py::test_every_word_of_every_list_is_found_where_it_is_said",
    "profanity/rustrict-unicode_fonts.csv": "test_phrase_fixtures.py::test_a_word_in_most_fonts_is_seen_through",
    "profanity/rustrict-*.txt": "test_disguised.py::test_of_good_words_at_most_1_of_200_is_flagged",
    "text/blns.json": "test_text.py::test_naughty_strings_are_tamed",
    "text/blns.txt": "test_html.py::test_hostile_feeds_and_naughty_strings_are_read",
    "text/emoji-test.txt": "test_text.py::test_every_emoji_survives",
    "text/GraphemeBreakTest.txt": "test_text_fixtures.py::test_a_cut_parts_no_character_of_unicodes_own_test",
    "text/twitter-text-*": "test_text_fixtures.py::test_every_text_that_x_tests_with_is_tamed",
    "webhooks/*": "sources/test_webhook.py::test_the_vectors_of_the_specification_are_judged_as_it_says",
    "x/http-recordings.json": "sources/test_x_fixtures.py::test_the_limits_of_recorded_answers_are_understood",
    "x/*": "sources/test_x_fixtures.py::test_every_recorded_payload_is_read_or_refused",
}
UNREAD: Final[Mapping[str, str]] = {
    "PROVENANCE.md": "it tells where the others come from",
    "profanity/LDNOOBW/LICENSE": "whose lists these are",
    "profanity/rustrict-replacements.csv": "python -m tests.bench disguises measures with it",
}


def files() -> list[str]:
    folder = fixtures()
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def row_of(name: str) -> str:
    """The pattern that accounts for a file, or nothing."""
    return next((pattern for pattern in (*READ, *UNREAD) if fnmatch(name, pattern)), "")


def test_every_recorded_file_is_accounted_for() -> None:
    rows = {name: row_of(name) for name in files()}
    assert [name for name, row in rows.items() if not row] == []
    assert {*READ, *UNREAD} - set(rows.values()) == set()


def test_the_tests_that_the_account_names_are_there_and_name_the_folder() -> None:
    for pattern, test in READ.items():
        path, _, name = test.partition("::")
        code = (TESTS / path).read_text()
        assert f"def {name}(" in code, test
        assert f'"{pattern.partition("/")[0]}"' in code, test


def test_every_recorded_file_says_where_it_comes_from() -> None:
    said = fixtures("PROVENANCE.md").read_text()
    assert [name for name in files() if f"shared/{name} " not in said and name != "PROVENANCE.md"] == []
