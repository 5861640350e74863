import itertools
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from backchannel.config import TABLES, Config, Hall, load, mask, parse, shown
from backchannel.errors import StartError
from backchannel.networks import NETWORKS
from backchannel.rule import TERMS, Rule
from backchannel.schedules.settings import SessionSettings
from backchannel.sponsor import Rota, Sponsor
from backchannel.theme import OwnTheme

SESSION = "[[programme.sessions]]\ntitle = 'A'\nstart = 2026-11-17T09:00:00\nend = {}"
THEME = "[[screen.themes]]\nname = 'house'\n{}"
SHIPPED = Path(__file__).parents[1] / "config.toml"


def test_the_shipped_file_equals_the_defaults() -> None:
    table = tomllib.loads(SHIPPED.read_text())
    assert parse(table, NETWORKS) == parse({}, NETWORKS)


def test_the_shipped_file_shows_every_setting() -> None:
    table = tomllib.loads(SHIPPED.read_text())
    for name, settings in TABLES.items():
        assert set(table[name]) == {each.name for each in fields(settings)} - {
            "rules",
            "sessions",
            "themes",
            "sponsors",
        }  # shown as examples
    assert set(table["halls"][0]) == {each.name for each in fields(Hall)}
    for row in table["sources"]:
        assert set(row) - {"network"} == {each.name for each in fields(NETWORKS[row["network"]])}
    assert set(table) == {each.name for each in fields(Config)}


def test_the_example_of_a_rule_shows_every_setting_and_can_be_used() -> None:
    lines = SHIPPED.read_text().splitlines()
    example = lines[lines.index("# [[moderation.rules]]") : lines.index("[screen]")]
    shipped = "\n".join(line.removeprefix("# ") for line in example)
    [rule] = parse(tomllib.loads(shipped), NETWORKS).moderation.rules
    assert set(rule.conditions) | TERMS == {each.name for each in fields(Rule)}


def test_the_example_of_a_theme_shows_every_setting_and_can_be_used(tmp_path: Path) -> None:
    lines = SHIPPED.read_text().splitlines()
    example = lines[lines.index("# [[screen.themes]]") : lines.index("[limits]")]
    table = tomllib.loads("\n".join(line.removeprefix("# ") for line in example))
    assert set(table["screen"]["themes"][0]) == {each.name for each in fields(OwnTheme)}
    parsed = parse(table | {"screen": table["screen"] | {"theme": "house"}}, NETWORKS)
    assert parse(tomllib.loads(shown(parsed)), NETWORKS) == parsed
    (tmp_path / "config.toml").write_text("[[screen.themes]]\nname = 'house'\nlogo = 'logo.svg'")
    assert load(tmp_path / "config.toml", NETWORKS).screen.themes[0].logo == str(tmp_path / "logo.svg")


def test_the_example_of_a_sponsor_shows_every_setting_and_can_be_used(tmp_path: Path) -> None:
    lines = SHIPPED.read_text().splitlines()
    example = lines[lines.index("# [[screen.sponsors]]") : lines.index("# [[screen.themes]]")]
    example = [line for line in example if " = " in line or line.startswith("# [[")]
    table = tomllib.loads("\n".join(line.removeprefix("# ") for line in example))
    assert set(table["screen"]["sponsors"][0]) == {each.name for each in fields(Sponsor)}
    parsed = parse(table, NETWORKS)
    assert parsed.screen.rota == Rota(("Acme",))
    assert parse(tomllib.loads(shown(parsed)), NETWORKS) == parsed
    (tmp_path / "config.toml").write_text("[[screen.sponsors]]\nname = 'Acme'\nimage = 'acme.svg'")
    assert load(tmp_path / "config.toml", NETWORKS).screen.sponsors[0].image == str(tmp_path / "acme.svg")


def test_the_example_of_a_session_shows_every_setting_and_can_be_used() -> None:
    lines = SHIPPED.read_text().splitlines()
    shipped = "\n".join(line.removeprefix("# ") for line in lines[lines.index("# [[programme.sessions]]") :])
    table = tomllib.loads(shipped)
    assert set(table["programme"]["sessions"][0]) == {each.name for each in fields(SessionSettings)}
    [session] = parse(table, NETWORKS).programme.sessions
    assert session.start == "2026-11-17T14:15:00"
    assert "[[programme.sessions]]" in shown(parse(table, NETWORKS))


def test_the_examples_of_sources_show_every_setting_and_can_be_used() -> None:
    lines = SHIPPED.read_text().splitlines()
    at = [place for place, line in enumerate(lines) if line == "# [[sources]]"]
    examples = ["\n".join(itertools.takewhile(lambda line: line.startswith("# "), lines[place:])) for place in at]
    tables = [tomllib.loads(example.replace("\n# ", "\n").removeprefix("# ")) for example in examples]
    rows = [row for table in tables for row in table["sources"]]
    assert [row["network"] for row in rows] == ["feed", "x", "matrix", "webhook"]
    for row in rows:
        assert set(row) - {"network"} == {each.name for each in fields(NETWORKS[row["network"]])}
        assert parse({"sources": [row]}, NETWORKS).sources


def test_the_short_form_blocks_before_any_rule_and_trusts_after_all() -> None:
    words = {"blocked_words": ["spam"], "blocked_authors": ["@a@b"], "trusted_authors": ["@c@d"]}
    own = {"name": "pictures", "verdict": "hold", "has_media": True}
    moderation = parse({"moderation": {**words, "rules": [own]}}, NETWORKS).moderation
    verdicts = [(rule.name, rule.verdict) for rule in moderation.in_order]
    assert verdicts == [
        ("blocked authors", "reject"),
        ("blocked words", "hold"),
        ("coarse words", "hold"),
        ("pictures", "hold"),
        ("trusted authors", "approve"),
    ]
    assert parse({"moderation": {"coarse_words": "off"}}, NETWORKS).moderation.in_order == ()


def test_every_setting_has_a_comment_above_it() -> None:
    lines = SHIPPED.read_text().splitlines()
    bare = [
        line
        for above, line in itertools.pairwise(lines)
        if " = " in line and not line.startswith("#") and not above.startswith("#")
    ]
    # The network opens its table, and where a secret stands in the environment shares the comment of the file.
    assert [line.split(" = ")[0] for line in bare] == ["network", "token_env", "network", "app_password_env", "network"]


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("[conferense]\nname = 'x'", "conferense is no table; did you mean conference?"),
        ("[server]\nprot = 1", "[server] prot is no setting; did you mean port?"),
        ("[server]\nport = 'many'", "[server] port: Expected `int`, got `str`"),
        ("[server]\nport = 70000", "[server] port: Expected `int` <= 65535"),
        ("[moderation]\ntwo_people = ['pictures']", '[moderation] two_people: write any of "media", "links"'),
        ("[screen]\ntheme = 'bord'", "did you mean board?"),
        ("[server]\ntrusted_proxies = ['*']", "[server] trusted_proxies: '*' is no address and no network"),
        ("[server]\nkey_file = 'own.key'", "[server] certificate_file and key_file: TLS needs both"),
        (
            "[server]\npublic_url = 'http://a.example'\nkey_file = 'k'\ncertificate_file = 'c'",
            "[server] public_url: with a certificate people come by https",
        ),
        ("[server]\npublic_url = 'http://[oops'", "[server] public_url: write the address people type"),
        ("[server]\npublic_url = 'https://x:99999/?q=1'", "[server] public_url: write the address people type"),
        ("[server]\npublic_url = 'pink11.example'", "[server] public_url: write the address people type"),
        ("[screen]\ntheme = 'dark'", "[screen] theme: 'dark' is no theme; known are board, break, paper"),
        ("[[halls]]\ntheme = 'papper'", "[[halls]] (main) theme: 'papper' is no theme; did you mean paper?"),
        (
            THEME.format("ink = '#0e1f1a'"),
            "[[screen.themes]] (house) ink #0e1f1a on ground #0e1f1a has a contrast of 1,",
        ),
        (THEME.format("ink = 'white'"), "[[screen.themes]] (house) ink: write a colour with # and six digits"),
        ("[[screen.themes]]\nname = 'Our House'", "name: write small letters, digits and hyphens, such as house"),
        (
            THEME.format("base = 'bord'"),
            "[[screen.themes]] (house) base: Invalid enum value 'bord'; did you mean board?",
        ),
        ("[[screen.themes]]\nname = 'board'", "[[screen.themes]] name: 'board' is the name of two themes"),
        ("[[screen.sponsors]]\nname = 'Acme'", "[[screen.sponsors]] (Acme) has neither words nor an image"),
        ("[screen]\nsponsor_for_s = 90", "[screen] sponsor_for_s: Expected `float` <= 30"),
        ("[conference]\ntimezone = 'Mars/Base'", "[conference] timezone: 'Mars/Base' is no time zone"),
        ("[conference]\ntimezone = 'Europe'", "[conference] timezone: 'Europe' is no time zone"),
        ("[conference]\nhashtags = ['pink 11']", "[conference] hashtags: write at least one, in letters"),
        ("[conference]\nhashtags = []", "[conference] hashtags"),
        ("[[halls]]\nslug = 'Main Hall'", "[[halls]] slug"),
        ("[[halls]]\nslug = 'a'\n[[halls]]\nslug = 'a'", "two halls have the same slug"),
        ("[programme]\nfile = 'a.json'\nurl = 'https://b.example'", "[programme] file and url"),
        ("[programme]\nurl = 'b.example'", "[programme] url: 'b.example' is no web address"),
        ("[programme]\nevery_s = 1", "[programme] every_s"),
        (
            SESSION.format("2026-11-17T10:00:00\nhall = 'mian'"),
            "[[programme.sessions]] (A) hall 'mian' is unknown; did you mean main?",
        ),
        (SESSION.format("'soon'"), "[[programme.sessions]] (A): without a time at which it ends; write"),
        (SESSION.format("2026-11-17T08:00:00"), "[[programme.sessions]] (A): ends before it begins; write"),
        (SESSION.format("'x'\nends = 'y'"), "[[programme.sessions]] (A) ends is no setting; did you mean end?"),
        ("[[programme.sessions]]\ntitle = 'A'", "[[programme.sessions]] (A): Object missing required field"),
        ("[programme]\nsessions = 3", "[[programme.sessions]] is a list of one table or more"),
        ("[[sources]]\nnetwork = ['mastodon']", "[[sources]] network ['mastodon'] is unknown; did you mean mastodon?"),
        ("[[sources]]\nnetwork = 'mastadon'", "network 'mastadon' is unknown; did you mean mastodon?"),
        (
            "[[sources]]\nnetwork = 'mastodon'\nevery = 3",
            "[[sources]] (mastodon) every is no setting; did you mean every_s?",
        ),
        ("[[sources]]\nnetwork = 'mastodon'\nevery_s = 1", "[[sources]] (mastodon) every_s"),
        ("[[sources]]\nnetwork = 'matrix'\nroom = 'pink11'", "[[sources]] (matrix) room: write a room's alias"),
        ("[[sources]]\nnetwork = 'matrix'", "[[sources]] (matrix): Object missing required field `room`"),
        ("[moderation]\nblocked_word = ['x']", "[moderation] blocked_word is no setting; did you mean blocked_words?"),
        ("[moderation]\nblocked_words = 'x'", "[moderation] blocked_words: Expected `array`, got `str`"),
        ("[moderation]\nblocked_words = ['']", "[moderation] blocked_words"),
        ("[moderation]\nrules = 3", "[[moderation.rules]] is a list of one table or more"),
        ("[[moderation.rules]]\nname = 'a'\nwords = ['b']", "[[moderation.rules]] (a): Object missing"),
        ("[[moderation.rules]]\nverdict = 'hold'\nwords = ['b']", "[[moderation.rules]] (without a name): Object"),
        (
            "[[moderation.rules]]\nname = 'a'\nverdict = 'holt'\nwords = ['b']",
            "[[moderation.rules]] (a) verdict: Invalid enum value 'holt'",
        ),
        (
            "[[moderation.rules]]\nname = 'a'\nverdict = 'hold'\nword = ['b']",
            "[[moderation.rules]] (a) word is no setting; did you mean words?",
        ),
        ("[[moderation.rules]]\nname = 'a'\nverdict = 'hold'", "[[moderation.rules]] (a) has no condition"),
        (
            "[[moderation.rules]]\nname = 'a'\nverdict = 'hold'\nwords = ['\u200d']",
            "[[moderation.rules]] (a) words: nothing can be found of",
        ),
        ("[moderation]\nblocked_words = [' ']", "[moderation] blocked_words: nothing can be found of ' '"),
        (2 * "[[moderation.rules]]\nname = 'a'\nverdict = 'hold'\nwords = ['b']\n", "'a' is the name of two rules"),
        ("halls = 3", "[[halls]] is a list of one table or more"),
        ("server = 3", "[server] is a table"),
        ("[server", "is not TOML"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(tmp_path: Path, toml: str, sentence: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(toml)
    with pytest.raises(StartError) as raised:
        load(file, NETWORKS)
    message = str(raised.value)
    assert sentence in message
    assert message.startswith(str(file))
    assert "\n" not in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"nowhere\.toml: cannot be read"):
        load(tmp_path / "nowhere.toml", NETWORKS)


def test_a_relative_store_lies_beside_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("")
    assert load(file, NETWORKS).store.url == f"sqlite:///{tmp_path}/backchannel.db"


def test_what_is_shown_can_be_read_back() -> None:
    config = parse({"conference": {"name": "“Quoted” 日本"}}, NETWORKS)
    assert parse(tomllib.loads(shown(config)), NETWORKS) == config


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://desk:sesame@db/pink11", "postgresql://desk:***@db/pink11"),
        ("postgresql://desk:se/s@a:me@db:5432/pink11", "postgresql://desk:***@db:5432/pink11"),
        ("postgresql:///pink11?user=desk&password=sesame&port=1", "postgresql:///pink11?user=desk&password=***&port=1"),
        ("postgresql://desk@db/pink11", "postgresql://desk@db/pink11"),
        ("https://pink11.example:8443", "https://pink11.example:8443"),
        ("sqlite:////var/lib/backchannel.db", "sqlite:////var/lib/backchannel.db"),
    ],
)
def test_passwords_are_masked(url: str, masked: str) -> None:
    assert mask(url) == masked


def test_a_store_may_have_a_long_address() -> None:
    host = "pink11.cluster-0123456789.eu-central-1.db.example"
    url = f"postgresql://desk:{'sesame' * 10}@{host}/pink11?sslmode=verify-full"
    assert parse({"store": {"url": url}}, NETWORKS).store.url == url


def test_rules_that_are_shown_can_be_read_back() -> None:
    one = {"name": "“films”", "verdict": "hold", "has_media": True, "words": ['a"b'], "first_time": False}
    over = {
        "until": "2026-11-17T18:00:00+01:00",
        "on": False,
        "hold_s": 15,
        "patterns": [r"\bfree\b"],
        "max_followers": 0,
    }
    other = {"name": "here", "verdict": "hold", "networks": ["floor"], **over}
    config = parse({"moderation": {"blocked_words": ["spam"], "rules": [one, other]}}, NETWORKS)
    assert parse(tomllib.loads(shown(config)), NETWORKS) == config


def test_what_is_shown_holds_no_password() -> None:
    config = parse({"store": {"url": "postgresql://desk:sesame@db/pink11"}}, NETWORKS)
    assert "sesame" not in shown(config)


def test_a_hashtag_may_be_written_with_its_sign() -> None:
    assert parse({"conference": {"hashtags": ["#pink11"]}}, NETWORKS).conference.hashtags == ("pink11",)


def test_a_token_file_lies_beside_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[[sources]]\nnetwork = "mastodon"\ntoken_file = "token"')
    assert load(file, NETWORKS).sources[0].token_file == str(tmp_path / "token")


def test_any_name_can_be_shown() -> None:
    assert "http://[x" in shown(parse({"conference": {"name": "http://[x"}}, NETWORKS))
