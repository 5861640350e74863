"""What `server.py check` warns of, in words an organiser can act on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from backchannel.config import load
from backchannel.networks import NETWORKS
from backchannel.precautions import warnings_of
from server import addresses_of
from tests.terminal import server

OWN = '[conference]\nname = "Pink"\nhashtags = ["pinkconf"]\n'
QUIET = '[[sources]]\nnetwork = "floor"\n'
HTTPS = '[server]\npublic_url = "https://pink.example"\ntrusted_proxies = ["127.0.0.1"]\n'


def written(folder: Path, toml: str, own: str = OWN, mode: int = 0o600) -> Path:
    file = folder / "config.toml"
    file.write_text(own + toml + ("" if "[[sources]]" in toml else QUIET))
    file.chmod(mode)
    return file


def said(file: Path) -> tuple[str, ...]:
    config = load(file, NETWORKS)
    return warnings_of(config, addresses_of(config, config.server.port), file)


@pytest.mark.parametrize(
    "toml",
    [
        "",
        HTTPS,
        '[server]\nhost = "127.0.0.1"\npublic_url = "http://localhost:8011"\n',
        '[store]\nurl = "postgresql://desk:sesame@db/pink11"\n',
    ],
)
def test_what_is_safe_is_not_warned_of(tmp_path: Path, toml: str) -> None:
    assert said(written(tmp_path, toml)) == ()


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (
            '[server]\npublic_url = "http://pink.example"\n',
            ["http://pink.example without encryption", "take over the desk"],
        ),
        ('[server]\nhost = "192.0.2.7"\n', ["http://192.0.2.7:8011 without encryption", "certificate_file"]),
        (HTTPS + 'host = "0.0.0.0"\n', ["past it", 'host = "127.0.0.1"']),
        ('[server]\npublic_url = "https://pink.example"\n', ["one address, the proxy's", "trusted_proxies"]),
        (HTTPS.replace("127.0.0.1", "0.0.0.0/0"), ["0.0.0.0/0 is nearly everybody"]),
        ('[store]\nurl = "postgresql://backchannel:PASSWORD@db/pink11"\n', ["password out of an example"]),
    ],
)
def test_what_is_unsafe_is_said_with_what_to_do(tmp_path: Path, toml: str, words: list[str]) -> None:
    [sentence] = said(written(tmp_path, toml))
    for each in words:
        assert each in sentence


@pytest.mark.parametrize(
    ("own", "words"),
    [("", "Set [conference] hashtags"), ('[conference]\nhashtags = ["pinkconf"]\n', "calls your conference pink11")],
)
def test_the_names_of_the_example_are_warned_of_where_people_can_come(tmp_path: Path, own: str, words: str) -> None:
    [sentence] = said(written(tmp_path, HTTPS, own))
    assert words in sentence
    assert said(written(tmp_path, "", own)) == ()


FILES: Mapping[str, dict[str, Any]] = {
    "b.db": {"toml": '[store]\nurl = "sqlite:///b.db"\n'},
    "b.db-wal": {"toml": '[store]\nurl = "sqlite:///b.db"\n'},
    "token": {"toml": '[[sources]]\nnetwork = "mastodon"\ntoken_file = "token"\n'},
    "crew.secret": {"toml": '[[sources]]\nnetwork = "webhook"\nname = "crew"\nsecrets_files = ["crew.secret"]\n'},
    "oidc.secret": {
        "toml": '[sign_in]\nissuer = "https://login.pink.example"\nclient_id = "wall"\nhosts = ["@pink.example"]\n'
        'client_secret_file = "oidc.secret"\n'
    },
    "own.key": {"toml": '[server]\ncertificate_file = "own.pem"\nkey_file = "own.key"\n'},
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_file_that_others_on_the_machine_can_read_is_named_with_the_remedy(
    tmp_path: Path, name: str, mode: int
) -> None:
    file = tmp_path / name
    file.write_text("")
    config = written(tmp_path, FILES[name]["toml"])
    file.chmod(0o600)
    assert said(config) == ()
    file.chmod(mode)
    [sentence] = said(config)
    assert f"chmod 600 {file}" in sentence


def test_settings_with_a_password_in_them_are_a_secret_too(tmp_path: Path) -> None:
    toml = '[store]\nurl = "postgresql://desk:sesame@db/pink11"\n'
    [sentence] = said(written(tmp_path, toml, mode=0o644))
    assert f"chmod 600 {tmp_path / 'config.toml'}" in sentence
    assert "sesame" not in sentence
    assert said(written(tmp_path, "", mode=0o644)) == ()


@pytest.mark.parametrize(
    ("where", "is_warned_of"),
    [
        ("db.example/pink11", True),
        ("db.example/pink11?sslmode=require", True),
        ("192.0.2.7/pink11", True),
        ("db.example/pink11?sslmode=verify-full", False),
        ("127.0.0.1/pink11", False),
        ("localhost/pink11", False),
        ("db/pink11", False),  # a container's neighbour
    ],
)
def test_a_database_that_is_spoken_to_in_the_clear_is_warned_of(tmp_path: Path, where: str, is_warned_of: bool) -> None:
    told = said(written(tmp_path, f'[store]\nurl = "postgresql://desk@{where}"\n'))
    assert ["sslmode=verify-full" in sentence for sentence in told] == [True] * is_warned_of
    assert said(written(tmp_path, '[store]\nurl = "postgresql:///pink11?host=/run/postgresql"\n')) == ()


def test_check_says_each_on_a_line_and_that_all_is_well_where_it_is(tmp_path: Path) -> None:
    unsafe = server(written(tmp_path, '[server]\npublic_url = "http://pink.example"\n', ""), "check")
    assert unsafe.returncode == 0
    *_, way, names = unsafe.stdout.splitlines()
    assert way.startswith("# People come to http://pink.example without encryption")
    assert names.startswith("# The wall follows #pink11")
    assert server(written(tmp_path, HTTPS), "check").stdout.splitlines()[-1] == "# All is well."


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_certificate_that_is_of_no_use_stops_the_start(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        for name in ("own.pem", "own.key"):
            (tmp_path / name).write_text(content)
    refused = server(written(tmp_path, FILES["own.key"]["toml"]), "check")
    assert refused.returncode == 2
    assert "[server] certificate_file, key_file" in refused.stderr
