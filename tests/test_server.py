"""The command line, as a person at a terminal meets it: one sentence, exit status 2.

`run` is a process of its own here; the other commands run in the tests' own, but for one.
"""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from backchannel.clock import now
from server import listening
from tests.journeys.people import Running, free_port, running
from tests.served import made_config
from tests.terminal import server, typed

ROOT = Path(__file__).parents[1]
QUIET_SOURCES = '[[sources]]\nnetwork = "floor"\n'


def written(folder: Path, toml: str = "") -> Path:
    file = folder / "config.toml"
    file.write_text(toml if "[[sources]]" in toml else f"{toml}\n{QUIET_SOURCES}")
    return file


@asynccontextmanager
async def begun(folder: Path) -> AsyncGenerator[Running]:
    port = free_port()
    config = written(folder, f"[server]\nport = {port}")
    async with running(config, f"http://127.0.0.1:{port}") as up:
        yield up


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
async def house(folder: Path) -> AsyncGenerator[Running]:
    """A server that no test ends."""
    async with begun(folder) as up:
        yield up


def refusal(answer: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refused start."""
    assert answer.returncode == 2, answer.stderr
    assert answer.stdout == ""
    [sentence] = answer.stderr.splitlines()
    assert sentence.startswith("backchannel: ")
    return sentence


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )


def test_a_system_with_too_few_open_files_is_told_with_the_remedy() -> None:
    ran = python(
        "import resource, server\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (500, 1000))\n"
        "print(server._admission(server.Config()).clients)"
    )
    assert ran.stdout == "744\n"
    assert "1,000 open files" in ran.stderr
    assert "ulimit -n 12256" in ran.stderr


def test_logs_are_json_unless_text_is_wanted() -> None:
    said = (
        "import structlog as s; from backchannel.logs import log_as; log_as({!r}); s.get_logger().warning('slow', ms=5)"
    )
    assert json.loads(python(said.format("json")).stderr)["event"] == "slow"
    text = python(said.format("text")).stderr
    assert "slow" in text
    assert "ms=5" in text
    assert not text.startswith("{")


def test_who_came_to_the_desk_is_logged_and_no_other_news() -> None:
    said = (
        "import structlog as s; from backchannel.logs import log_as; log_as('json');"
        "[s.get_logger(f'backchannel.{each}').info(each) for each in ('gallery', 'web.people')]"
    )
    [line] = python(said).stderr.splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["timestamp"][-1]) == ("web.people", "info", "Z")


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(server(written(tmp_path, f"[server]\nport = {port}")))
    assert f"127.0.0.1:{port}" in said
    assert "another port" in said


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_that_is_not_ours_is_told(tmp_path: Path, host: str) -> None:
    assert host in refusal(server(written(tmp_path, f'[server]\nhost = "{host}"\nport = 0')))


def test_a_missing_secret_of_the_sign_in_is_told(tmp_path: Path) -> None:
    toml = '[sign_in]\nissuer = "https://login.example"\nclient_id = "wall"\nhosts = ["@pink.example"]\n'
    said = refusal(server(written(tmp_path, f'{toml}client_secret_env = "NO"'), "check"))
    assert "[sign_in] client_secret_env: the environment has no NO" in said


def test_a_missing_token_file_is_told(tmp_path: Path) -> None:
    said = refusal(server(written(tmp_path, '[[sources]]\nnetwork = "mastodon"\ntoken_file = "no-such-file"')))
    assert "no-such-file" in said
    assert "token_file" in said


def test_a_missing_recording_is_told(tmp_path: Path) -> None:
    config = written(tmp_path, "[server]\nport = 0")
    assert "no-such.jsonl" in refusal(server(config, "--recording", "no-such.jsonl"))


def test_two_sources_of_one_name_are_told(tmp_path: Path) -> None:
    config = written(tmp_path, QUIET_SOURCES + QUIET_SOURCES)
    assert "[[sources]] floor stands 2 times" in refusal(server(config))


def test_check_finds_what_run_would_refuse(tmp_path: Path) -> None:
    assert "256.1.1.1" in refusal(server(written(tmp_path, '[server]\nhost = "256.1.1.1"'), "check"))
    assert "no-such.jsonl" in refusal(server(written(tmp_path), "check", "--recording", "no-such.jsonl"))


def test_an_invitation_to_a_rehearsal_goes_to_its_own_store(tmp_path: Path) -> None:
    recording = tmp_path / "tiny.jsonl"
    recording.write_text("")
    server(written(tmp_path), "invite", "Sam", "--recording", str(recording))
    assert (tmp_path / "backchannel.tiny.db").exists()


def test_workers_and_a_certificate_of_the_servers_own_are_refused_together(tmp_path: Path) -> None:
    config = written(tmp_path, '[server]\nport = 0\ncertificate_file = "hall.pem"\nkey_file = "hall.key"')
    assert "Leave it to a proxy" in refusal(server(config, "--workers", "2"))


async def test_no_answer_waits_for_an_acknowledgement(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    with listening(made_config(tmp_path)) as listener, socket.create_connection(listener.getsockname()):
        listener.setblocking(False)
        connection, _ = await loop.sock_accept(listener)
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_sigterm_ends_it_as_ctrl_c_does(tmp_path: Path) -> None:
    async with begun(tmp_path) as up:
        assert await up.end(signal.SIGTERM) is not None


def test_a_misspelt_setting_is_told_with_the_right_one(tmp_path: Path) -> None:
    assert "did you mean port?" in refusal(server(written(tmp_path, "[server]\nprot = 1")))


def test_a_missing_configuration_is_told_by_a_process_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "server.py"), "--config", str(tmp_path / "nowhere.toml")]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert "nowhere.toml" in refusal(answer)


async def test_a_second_run_with_the_same_configuration_is_told_of_the_first(house: Running, folder: Path) -> None:
    said = refusal(server(folder / "config.toml"))
    assert house.url in said
    assert str(house.pid) in said


async def test_a_second_run_on_the_same_file_is_refused_and_names_the_first(house: Running, folder: Path) -> None:
    config = folder / "second.toml"
    config.write_text(f"[server]\nport = 0\n{QUIET_SOURCES}")
    said = refusal(server(config))
    assert house.url in said
    assert str(house.pid) in said


async def test_an_invitation_made_beside_the_running_server_opens_the_desk(house: Running, folder: Path) -> None:
    link = server(folder / "config.toml", "invite", "Sam").stdout.strip()
    assert link.startswith(f"{house.url}/join#")
    async with AsyncClient(base_url=house.url) as client:
        form = {"invitation": link.partition("#")[2], "name": "Sam"}
        answer = await client.post("/join", data=form, headers={"Origin": house.url})
        assert answer.headers["location"] == "/console"


async def test_a_badge_made_beside_the_running_server_works_at_once(house: Running, folder: Path) -> None:
    secret = server(folder / "config.toml", "badge", "Stream Deck").stdout.strip()
    async with AsyncClient(base_url=house.url, headers={"Authorization": f"Bearer {secret}"}) as client:
        assert (await client.get("/api/sources")).status_code == 200


async def test_a_badge_works_for_as_many_days_as_one_says(house: Running, folder: Path) -> None:
    secret = server(folder / "config.toml", "badge", "Olu", "--role", "owner", "--days", "2").stdout.strip()
    async with AsyncClient(base_url=house.url, headers={"Authorization": f"Bearer {secret}"}) as client:
        people = (await client.get("/api/people")).json()["people"]
    [since, ends] = [
        datetime.fromisoformat(each[name]) for each in people if each["is_you"] for name in ("since", "ends_at")
    ]
    assert ends - since == timedelta(days=2)


async def test_a_screens_badge_is_no_moderators(house: Running, folder: Path) -> None:
    secret = server(folder / "config.toml", "badge", "Hall A", "--role", "screen").stdout.strip()
    async with AsyncClient(base_url=house.url, headers={"Authorization": f"Bearer {secret}"}) as client:
        assert (await client.get("/api/sources")).status_code == 403


async def test_the_greeting_names_the_three_addresses_and_a_link_that_works_once(house: Running) -> None:
    for address in ("/\n", "/screen\n", "/console\n"):
        assert f"{house.url}{address}" in house.greeting
    assert house.sign_in.startswith(f"{house.url}/join#")


async def test_a_sign_in_link_never_reaches_the_log(tmp_path: Path) -> None:
    async with begun(tmp_path) as up, AsyncClient(base_url=up.url) as client:
        await client.get("/join")
        assert up.sign_in.partition("#")[2] not in await up.end()


def test_check_prints_what_is_in_force_with_secrets_masked(tmp_path: Path) -> None:
    config = written(tmp_path, '[store]\nurl = "postgresql://desk:sesame@db/pink11"\n[conference]\nname = "Pink"')
    answer = server(config, "check")
    assert answer.returncode == 0
    assert 'name = "Pink"' in answer.stdout
    assert "sesame" not in answer.stdout + answer.stderr


def test_options_may_stand_before_or_after_the_command(tmp_path: Path) -> None:
    config = written(tmp_path, '[conference]\nname = "Pink"')
    for line in (["check", "--config", str(config)], ["--config", str(config), "check"]):
        assert 'name = "Pink"' in typed(*line).stdout


async def test_the_record_is_exported_beside_the_running_server(house: Running, folder: Path) -> None:
    config = folder / "config.toml"
    secret = server(config, "badge", "Sam").stdout.strip()
    async with AsyncClient(base_url=house.url) as client:
        posted = await client.post("/posts", json={"text": "Ask who wrote the runbook."}, headers={"Origin": house.url})
        order = {"posts": [posted.json()["key"]], "verb": "reject", "reason": "spam"}
        headers = {"Authorization": f"Bearer {secret}"}
        assert (await client.post("/api/decisions", json=order, headers=headers)).status_code == 200
    for name, begins in (("record.csv", "\ufeffkey,network,verb,"), ("record.jsonl", '{"key":"floor:')):
        answer = server(config, "export", str(folder / name))
        assert (answer.returncode, answer.stderr) == (0, "")
        text = (folder / name).read_text(encoding="utf-8")
        assert text.startswith(begins)
        assert "Sam" in text
        assert "runbook" not in text
        assert not (folder / f"{name}.part").exists()


def test_an_export_that_cannot_be_is_told(tmp_path: Path) -> None:
    config = written(tmp_path)
    assert ".csv or .jsonl" in refusal(server(config, "export", "record.xlsx"))
    nowhere = tmp_path / "nowhere" / "record.csv"
    assert str(nowhere) in refusal(server(config, "export", str(nowhere)))


def test_check_reads_the_programme_and_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    schedule = tmp_path / "schedule.json"
    config = written(tmp_path, '[programme]\nfile = "schedule.json"\n[conference]\nname = "Pink"')
    assert "There is no file" in refusal(server(config, "check"))
    slot = {"slotId": 1, "roomName": "Room 4", "fromTimeMillis": 1, "talk": {"title": "A"}}
    noon = {"fromTimeMillis": 1794902400000, "toTimeMillis": 1794905100000}
    schedule.write_text(json.dumps({"slots": [slot, slot | noon, slot | noon | {"slotId": 2, "roomName": "Room 5"}]}))
    answer = server(config, "check")
    assert answer.returncode == 0, answer.stderr
    assert "The programme has 2 sessions in 2 halls." in answer.stdout
    assert "no halls of [[halls]]: Room 4, Room 5." in answer.stdout
    assert "Left out: 1 without a time at which it begins." in answer.stdout


@pytest.mark.parametrize("command", ["badge", "invite"])
def test_nobody_is_named_like_a_rule_or_a_network(tmp_path: Path, command: str) -> None:
    assert "another name" in refusal(server(written(tmp_path), command, "rule: spam"))


async def test_the_link_of_the_greeting_signs_an_owner_in(house: Running) -> None:
    async with AsyncClient(base_url=house.url) as client:
        form = {"invitation": house.sign_in, "name": "Ada"}
        await client.post("/join", data=form, headers={"Origin": house.url})
        people = (await client.get("/api/people")).json()["people"]
    [ada] = [each for each in people if each["is_you"]]
    assert (ada["name"], ada["role"]) == ("Ada", "owner")


async def test_an_invitation_may_last_as_long_as_one_says(house: Running, folder: Path) -> None:
    config = folder / "config.toml"
    server(config, "invite", "Noor", "--role", "host", "--hours", "72")
    secret = server(config, "badge", "Lin", "--role", "owner").stdout.strip()
    async with AsyncClient(base_url=house.url, headers={"Authorization": f"Bearer {secret}"}) as client:
        invitations = (await client.get("/api/people")).json()["invitations"]
    [noor] = [each for each in invitations if each["name"] == "Noor"]
    assert noor["role"] == "host"
    left = datetime.fromisoformat(noor["until"]) - now()
    assert timedelta(hours=71) < left < timedelta(hours=73)
