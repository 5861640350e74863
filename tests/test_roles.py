import pytest

from backchannel.roles import MAY, TAKEN_WORDS, WORDS, Command, Role, is_taken, may, refused_words, roles_that_may

NETWORKS = ("mastodon", "floor", "webhook")


def test_every_role_has_its_row_and_every_command_its_words_and_an_owner_who_may() -> None:
    assert set(MAY) == set(Role)
    assert set(WORDS) == set(Command)
    assert MAY[Role.OWNER] == set(Command)


def test_each_role_of_a_person_may_what_the_next_one_may_and_more() -> None:
    assert MAY[Role.OWNER] > MAY[Role.MODERATOR] > MAY[Role.HOST] > MAY[Role.VIEWER]
    assert MAY[Role.SCREEN] == set()


def test_a_host_turns_the_stage_and_decides_nothing() -> None:
    assert may(Role.HOST, Command.STAGE)
    assert not may(Role.HOST, Command.DECIDE)
    assert roles_that_may(Command.STAGE) == (Role.OWNER, Role.MODERATOR, Role.HOST)


def test_who_may_not_is_told_who_may() -> None:
    said = refused_words("Ada", Role.HOST, Command.DECIDE)
    assert said == "Ada is here as host. Only owners and moderators may decide on posts."
    assert refused_words("Ada", Role.HOST, Command.ADMIT).endswith("Only owners may say who comes in.")


@pytest.mark.parametrize(
    "name",
    [
        "rule",
        "rule: spam",
        "Rule : spam",
        "ＲＵＬＥ: spam",
        "ru\u200ble: spam",
        " source ",
        "Mastodon",
        "FLOOR",
        "webhook",
    ],
)
def test_a_name_that_would_read_as_a_rule_or_a_network_is_taken(name: str) -> None:
    assert is_taken(name, NETWORKS)
    assert "another name" in TAKEN_WORDS % {"name": name}


@pytest.mark.parametrize("name", ["Sam", "Ruler: Ada", "Rule Britannia", "Mastodonia", "مصدر", ""])
def test_any_other_name_is_free(name: str) -> None:
    assert not is_taken(name, NETWORKS)
