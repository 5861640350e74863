"""An interest, in X's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.sources.x_rules import RULE_MAX, account, rules
from tests.sources import x_server


@pytest.mark.parametrize(
    ("wanted", "unwanted", "rule"),
    [
        (["#pink11"], [], "#pink11 -is:retweet"),
        (["#Pink11", "＃pink11"], [], "#pink11 -is:retweet"),
        (["#pink11", "@desk", "help desk"], [], '(#pink11 OR from:desk OR "help desk") -is:retweet'),
        (["https://x.com/desk"], [], "from:desk -is:retweet"),
        (["#pink11"], ["#spam", "@bot", "buy now"], '#pink11 -is:retweet -#spam -from:bot -"buy now"'),
        (["#müller"], [], "(#müller OR #muller) -is:retweet"),
        (["#हिन्दी"], [], "#हिन्दी -is:retweet"),
        (['say "yes" \\ no'], [], '"say yes no" -is:retweet'),
        (["#pink11", ':("'], ["@bot@social.example", "did:plc:1"], "#pink11 -is:retweet"),
        (["☕"], [], '"☕" -is:retweet'),
    ],
)
def test_what_is_followed_is_asked_for(wanted: list[str], unwanted: list[str], rule: str) -> None:
    assert rules(wanted, unwanted) == (rule,)


def test_many_wishes_take_few_rules_and_each_fits() -> None:
    wanted = [f"#hashtag{number}" for number in range(100)]
    made = rules(wanted, ["#spam"])
    assert 2 < len(made) < 6
    assert all(len(rule) <= RULE_MAX and rule.endswith(" -is:retweet -#spam") for rule in made)
    asked = {word.strip("()") for rule in made for word in rule.split(" OR ")}
    assert {word.split()[0].strip("()") for word in asked} == set(wanted)


def test_what_is_unwanted_leaves_room_for_what_is_wanted() -> None:
    (rule,) = rules(["#pink11"], [f"{'long ' * 10}phrase {number}" for number in range(100)])
    assert len(rule) < 300
    assert rule.count(' -"') == 3


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("@desk", "desk"),
        ("https://x.com/desk/", "desk"),
        ("https://twitter.com/desk", "desk"),
        ("@desk@social.example", ""),
        ("desk", ""),
        ("@" + "x" * 16, ""),
        ("https://social.example/@desk", ""),
    ],
)
def test_an_account_is_one_that_x_can_have(entry: str, name: str) -> None:
    assert account(entry) == name


wish = st.text(max_size=200) | st.from_regex(r"[#@]\w{1,30}", fullmatch=True)


@given(st.lists(wish, max_size=20), st.lists(wish, max_size=20))
def test_whatever_people_write_no_rule_is_too_long_or_broken(wanted: list[str], unwanted: list[str]) -> None:
    for rule in rules(wanted, unwanted):
        assert len(rule) <= RULE_MAX
        assert x_server._RULE.fullmatch(rule), rule
