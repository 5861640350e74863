"""Questions from phones: asked through the queue, voted for once by each device, picked by a host, cleared over."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backchannel.roles import Role
from tests.made_up import MORNING, Clock
from tests.served import Served, made_config, served

pytestmark = pytest.mark.anyio


def slot(title: str, begins: float, hall: str = "main") -> dict[str, Any]:
    start = MORNING + timedelta(minutes=begins)
    end = start + timedelta(minutes=45)
    return {
        "title": title, "start": start.isoformat(), "end": end.isoformat(), "hall": hall, "speakers": ["Dana Okafor"]
    }  # fmt: skip


DAY = [slot("Reviews", 0), slot("Runbooks", 60), slot("Posters", 0, "foyer")]


@asynccontextmanager
async def conference(folder: Path, clock: Clock | None = None) -> AsyncGenerator[Served]:
    async with served(made_config(folder, programme={"sessions": DAY}), clock=clock or Clock()) as house:
        await house.client.get("/")
        yield house


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncGenerator[Served]:
    async with conference(tmp_path) as house:
        yield house


async def ask(house: Served, text: str = "What did you stop measuring?", hall: str = "main", **more: Any) -> str:
    key = await house.post(text, kind="question", hall=hall, **more)
    assert (await house.decide("approve", key)).status_code == 200
    return key


async def asked(house: Served, hall: str = "main", **query: str) -> dict[str, Any]:
    answer = await house.client.get(f"/api/halls/{hall}/questions", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def vote(house: Served, key: str, *, up: bool = True) -> Any:
    return await house.client.post(f"/questions/{key}/vote", json={"up": up}, headers=house.from_page)


async def votes(house: Served, key: str) -> int:
    found = next(each for each in (await asked(house))["questions"] if each["key"] == key)
    return int(found["votes"])


def another_phone(house: Served) -> None:
    house.client.cookies.clear()


async def test_a_question_waits_for_a_person_and_is_listed_once_it_is_approved(hall: Served) -> None:
    key = await hall.post("What did you stop measuring?", kind="question", hall="main", name="Row 14")
    assert (await asked(hall))["questions"] == []
    await hall.decide("approve", key)
    told = await asked(hall)
    assert told["session"]["title"] == "Reviews"
    [question] = told["questions"]
    assert (question["text"], question["askers"], question["votes"], question["state"]) == (
        "What did you stop measuring?",
        ["Row 14"],
        0,
        "open",
    )
    assert (await asked(hall, "foyer"))["questions"] == []


async def test_who_gives_no_name_stays_nameless(hall: Served) -> None:
    await ask(hall)
    assert (await asked(hall))["questions"][0]["askers"] == ["Somebody in the hall"]


async def test_with_several_halls_a_question_says_in_which_it_is_asked_and_the_words_are_kept(hall: Served) -> None:
    form = {"text": "Who is asked?", "kind": "question", "made": hall.made}
    answer = await hall.client.post("/posts", data=form, headers=hall.from_page)
    assert answer.status_code == 422
    assert "Say in which hall you are" in answer.text
    assert "Who is asked?" in answer.text
    assert 'value="question" checked' in answer.text


async def test_five_thousand_characters_are_refused_in_clear_words_and_nothing_is_lost(hall: Served) -> None:
    words = "x" * 5000
    form = {"text": words, "kind": "question", "hall": "main", "made": hall.made}
    answer = await hall.client.post("/posts", data=form, headers=hall.from_page)
    assert answer.status_code == 422
    assert "That is 5000 characters" in answer.text
    assert words in answer.text


async def test_a_device_votes_once_and_may_undo_it(hall: Served) -> None:
    key = await ask(hall)
    for _ in range(2):
        answer = await vote(hall, key)
        assert (answer.status_code, answer.json()) == (200, {"key": key, "voted": True})
    assert await votes(hall, key) == 1
    another_phone(hall)
    await hall.client.get("/")
    await vote(hall, key)
    assert await votes(hall, key) == 2
    await vote(hall, key, up=False)
    await vote(hall, key, up=False)
    assert await votes(hall, key) == 1


async def test_a_phone_without_a_cookie_is_given_one_and_asked_to_vote_once_more(hall: Served) -> None:
    key = await ask(hall)
    another_phone(hall)
    answer = await vote(hall, key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "device_missing")
    assert await votes(hall, key) == 0
    assert (await vote(hall, key)).status_code == 200
    assert await votes(hall, key) == 1


async def test_a_cookie_of_another_conference_is_one_device_here_as_well(hall: Served) -> None:
    key = await ask(hall)
    stale = hall.from_page | {"Cookie": "device=from-last-year"}
    another_phone(hall)
    for _ in range(2):
        answer = await hall.client.post(f"/questions/{key}/vote", json={"up": True}, headers=stale)
        assert answer.status_code == 200
    assert await votes(hall, key) == 1


async def test_a_vote_for_what_was_withdrawn_or_never_was_is_refused_in_clear_words(hall: Served) -> None:
    key = await ask(hall)
    await hall.decide("withdraw", key)
    for gone in (key, "floor:none"):
        answer = await vote(hall, gone)
        assert answer.status_code == 404
        assert "no longer on the list" in answer.json()["error"]["message"]


async def test_a_vote_from_a_foreign_page_does_not_count(hall: Served) -> None:
    key = await ask(hall)
    answer = await hall.client.post(
        f"/questions/{key}/vote", json={"up": True}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert await votes(hall, key) == 0


async def test_without_javascript_a_form_votes_and_comes_back_to_the_list(hall: Served) -> None:
    key = await ask(hall)
    form = {"up": "1", "hall": "main", "sort": "newest"}
    answer = await hall.client.post(f"/questions/{key}/vote", data=form, headers=hall.from_page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?tab=questions&hall=main&sort=newest")
    page = await hall.client.get(answer.headers["location"])
    assert 'aria-pressed="true"' in page.text
    await hall.client.post(f"/questions/{key}/vote", data={"up": "0", "hall": "main"}, headers=hall.from_page)
    assert await votes(hall, key) == 0


async def test_without_javascript_and_cookie_the_list_says_to_vote_once_more(hall: Served) -> None:
    key = await ask(hall)
    another_phone(hall)
    answer = await hall.client.post(f"/questions/{key}/vote", data={"up": "1", "hall": "main"}, headers=hall.from_page)
    assert "Please vote once more" in (await hall.client.get(answer.headers["location"])).text
    assert await votes(hall, key) == 0


async def test_the_most_wanted_stands_first_unless_the_newest_is_wanted(hall: Served) -> None:
    first = await ask(hall, "What did you stop measuring, and did anybody notice?")
    second = await ask(hall, "Who talks to the customers that never open a ticket?")
    await vote(hall, second)
    by_votes = [each["key"] for each in (await asked(hall))["questions"]]
    assert by_votes == [second, first]
    block = (await hall.client.get("/questions?hall=main")).json()
    assert block["voted"] == [second]
    assert block["html"].index(second) < block["html"].index(first)


async def test_a_host_picks_one_and_marks_it_answered_and_a_viewer_may_not(hall: Served) -> None:
    key, other = await ask(hall), await ask(hall, "Who talks to the customers that never open a ticket?")
    host = await hall.badge("Ada", Role.HOST)

    async def mark(which: str, state: str, headers: dict[str, str]) -> int:
        answer = await hall.client.post(f"/api/questions/{which}/state", json={"state": state}, headers=headers)
        return answer.status_code

    assert await mark(key, "current", await hall.badge("Vi", Role.VIEWER)) == 403
    assert await mark(key, "current", host) == 200
    assert await mark(other, "current", host) == 200
    told = await asked(hall)
    assert (told["current"]["key"], [each["key"] for each in told["next"]]) == (other, [key])
    assert await mark(other, "answered", host) == 200
    assert (await asked(hall))["current"] is None
    assert await mark("floor:none", "answered", host) == 404


async def test_a_moderator_merges_two_that_ask_the_same(hall: Served) -> None:
    one = await ask(hall, "What did you stop measuring, and did anybody notice?", name="Ada")
    other = await ask(hall, "Which numbers do you no longer look at?", name="Bob")
    await vote(hall, one)
    await vote(hall, other)
    order = {"into": one}
    refused = await hall.client.post(
        f"/api/questions/{other}/merge", json=order, headers=await hall.badge("Ada", Role.HOST)
    )
    assert refused.status_code == 403
    merged = await hall.client.post(f"/api/questions/{other}/merge", json=order, headers=await hall.badge())
    assert (merged.status_code, merged.json()["key"]) == (200, one)
    [question] = (await asked(hall))["questions"]
    assert (question["askers"], question["votes"]) == (["Ada", "Bob"], 1)
    assert (await vote(hall, other, up=False)).json() == {"key": one, "voted": False}
    assert await votes(hall, one) == 0


async def test_when_the_session_changes_its_questions_leave_the_list_and_stay_with_it(tmp_path: Path) -> None:
    clock = Clock()
    async with conference(tmp_path, clock) as house:
        await ask(house, "To the first speaker?")
        block = (await house.client.get("/questions?hall=main")).json()
        assert "To the first speaker?" in block["html"]
        assert block["again_in_s"] == 60
        clock.turn(44.5 * 60)
        assert (await house.client.get("/questions?hall=main")).json()["again_in_s"] == 30
        clock.turn(30)
        told = await asked(house)
        assert (told["session"]["title"], told["questions"]) == ("Runbooks", [])
        block = (await house.client.get("/questions?hall=main")).json()
        assert "To the first speaker?" not in block["html"]
        assert "Next, at" in block["html"]
        late = await ask(house, "Asked in the break, to the next?")
        assert [each["key"] for each in (await asked(house))["questions"]] == [late]
        programme = (await house.client.get("/api/programme?hall=main")).json()
        first = programme["halls"][0]["sessions"][0]["id"]
        stayed = await asked(house, session=first)
        assert [each["text"] for each in stayed["questions"]] == ["To the first speaker?"]


async def test_a_question_that_lay_in_an_outbox_is_for_whoever_spoke_when_it_was_written(tmp_path: Path) -> None:
    clock = Clock()
    async with conference(tmp_path, clock) as house:
        clock.turn(62 * 60)
        await ask(house, "Written before it ended, sent after?", waited_s=20 * 60)
        assert (await asked(house))["questions"] == []
        await ask(house, "Written before there were clocks?", waited_s=1e300)


async def test_phones_hear_of_votes_in_one_frame_for_many(hall: Served) -> None:
    key = await ask(hall)
    async with hall.feed("/feed/phone", origin=hall.url) as feed:
        await feed.frame("hello")
        phones = [{"Cookie": f"device=phone-{number}-of-the-hall"} for number in range(30)]
        await asyncio.gather(
            *(
                hall.client.post(f"/questions/{key}/vote", json={"up": True}, headers=hall.from_page | phone)
                for phone in phones
            )
        )
        frames = [await feed.frame("votes")]
        while frames[-1]["totals"][key] != [30, "open"]:
            frames.append(await feed.frame("votes"))
        assert (frames[0]["hall"], len(frames) <= 4) == ("main", True)


async def test_an_unknown_hall_or_session_is_refused(hall: Served) -> None:
    for address in ("/api/halls/attic/questions", "/api/halls/main/questions?session=none"):
        assert (await hall.client.get(address)).status_code == 404


async def test_the_speaker_view_tells_what_is_asked_what_comes_next_and_the_time_left(tmp_path: Path) -> None:
    clock = Clock()
    async with conference(tmp_path, clock) as house:
        host = await house.badge("Ada", Role.HOST)
        keys = [
            await ask(house, f"{word} was the hardest part of it all?") for word in ("Who", "What", "When", "Where")
        ]
        await vote(house, keys[3])
        await house.client.post(f"/api/questions/{keys[0]}/state", json={"state": "current"}, headers=host)
        clock.turn(40 * 60)
        seen = (await house.client.get("/api/halls/main/speaker", headers=host)).json()
        assert (seen["session"]["title"], seen["left_s"], seen["open"]) == ("Reviews", 300, 3)
        assert seen["question"]["key"] == keys[0]
        assert [each["key"] for each in seen["questions"]] == [keys[3], keys[1], keys[2]]
        clock.turn(6 * 60)
        seen = (await house.client.get("/api/halls/main/speaker", headers=host)).json()
        assert (seen["session"]["title"], seen["left_s"], seen["question"], seen["questions"]) == (
            "Runbooks", None, None, []
        )  # fmt: skip
