import re
from pathlib import Path

from backchannel.post import Reason
from backchannel.web.lists import LISTS
from tests.served import Served, made_config, served


async def test_pages_show_what_was_approved_and_nothing_else(house: Served) -> None:
    await house.approved("words for everyone")
    await house.post("words that wait")
    house.client.cookies.clear()
    for place in ("/", "/screen", "/screen/foyer"):
        page = (await house.client.get(place)).text
        assert "words for everyone" in page
        assert "words that wait" not in page


async def test_pages_say_where_their_socket_goes_on(house: Served) -> None:
    await house.approved()
    for place, stream in (("/", "floor"), ("/screen", "hall:main")):
        before = (await house.store.log.heads()).seqs[stream]
        page = (await house.client.get(place)).text
        assert f'data-epoch="{house.store.epoch}"' in page
        seq = re.search(r'data-seq="(\d+)"', page)
        assert seq is not None
        assert before <= int(seq[1]) <= (await house.store.log.heads()).seqs[stream]  # the director turns meanwhile


async def test_pages_carry_the_stages_that_they_begin_with(house: Served) -> None:
    headers = await house.badge()
    assert 'data-stage="{' in (await house.client.get("/screen")).text
    desk = (await house.client.get("/console", headers=headers)).text
    assert 'data-stages="[' in desk
    for slug in ("main", "foyer"):
        assert f'data-hall="{slug}"' in desk


async def test_an_unknown_hall_is_told_the_known_ones(house: Served) -> None:
    answer = await house.client.get("/screen/cellar")
    assert answer.status_code == 404
    assert "/screen/foyer" in answer.text


async def test_the_console_shows_each_list(house: Served) -> None:
    headers = await house.badge()
    for name, verb in (("queue", None), ("held", "hold"), ("live", "approve"), ("rejected", "reject")):
        key = await house.post(f"a post for {name}")
        if verb:
            await house.decide(verb, key)
    for name in LISTS:
        page = (await house.client.get(f"/console?list={name}", headers=headers)).text
        assert f"a post for {name}" in page
    assert (await house.client.get("/console?list=drawer", headers=headers)).status_code == 404


async def test_the_record_is_a_page_of_the_desk(house: Served) -> None:
    assert (await house.client.get("/console/record")).headers["location"] == "/join"
    await house.post("Waiting")
    page = (await house.client.get("/console/record", headers=await house.badge("Jo"))).text
    assert "<title>(1) Record · #pink11</title>" in page
    assert 'href="/console/record" aria-current="page"' in page
    for reason in Reason:
        assert f'<option value="{reason}">' in page


async def test_hostile_words_stay_words(house: Served) -> None:
    hostile = '<script>alert(1)</script>{{ 7*7 }}"><img src=x onerror=alert(1)>'
    await house.approved(hostile)
    headers = await house.badge()
    for place in ("/", "/screen", "/console?list=live"):
        page = (await house.client.get(place, headers=headers)).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page


async def test_an_error_has_a_page_for_people_and_json_for_programs(house: Served) -> None:
    page = await house.client.get("/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    answer = await house.client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.json()["error"]["code"] == "http"


async def test_a_search_stands_in_the_address_and_needs_no_script(house: Served) -> None:
    headers = await house.badge()
    await house.post("A word about runbooks", name="Sam")
    await house.post("Another word")
    page = (await house.client.get("/console", params={"q": "from:sam word"}, headers=headers)).text
    assert "A word about runbooks" in page
    assert "Another word" not in page
    assert 'name="q" value="from:sam word"' in page
    # A chip puts its term into the search, or takes it out again.
    assert 'href="/console?list=queue&amp;q=from%3Asam+word+has%3Alink" tabindex="0" data-term="has:link">' in page
    on = (await house.client.get("/console", params={"q": "word has:link"}, headers=headers)).text
    assert 'href="/console?list=queue&amp;q=word" tabindex="0" data-term="has:link" aria-current="true">' in on


async def test_a_search_that_cannot_be_meant_says_why_and_shows_nothing(house: Served) -> None:
    await house.post("Waiting")
    answer = await house.client.get("/console", params={"q": "since:noon"}, headers=await house.badge())
    assert "since: goes with a time such as 14:00" in answer.text
    assert "Waiting" not in answer.text


async def test_pages_of_a_list_lead_on_and_back(house: Served) -> None:
    headers = await house.badge()
    for number in range(60):
        await house.post(f"Waiting {number}.", idem=str(number))
    first = (await house.client.get("/console?q=waiting", headers=headers)).text
    assert "The page before" not in first
    on = re.search(r'href="(/console\?list=queue&amp;q=waiting&amp;after=\d+)"', first)
    assert on is not None
    second = (await house.client.get(on[1].replace("&amp;", "&"), headers=headers)).text
    assert "Waiting 49." not in second
    assert "Waiting 50." in second
    back = re.search(r'href="(/console\?list=queue&amp;q=waiting&amp;before=\d+)"', second)
    assert back is not None
    again = (await house.client.get(back[1].replace("&amp;", "&"), headers=headers)).text
    assert "Waiting 0." in again
    assert "Waiting 49." in again
    assert "Waiting 50." not in again


async def test_the_calibration_page_has_a_line_for_every_usual_hall_and_marks_the_one_that_is_set(
    tmp_path: Path,
) -> None:
    async with served(made_config(tmp_path, screen={"farthest_seat": 6.5})) as house:
        page = (await house.client.get("/calibration")).text
    assert re.findall(r'data-k="([\d.]+)"', page) == ["4.0", "5.0", "6.0", "6.5", "7.0", "8.0", "10.0"]
    assert re.findall(r'data-k="([\d.]+)" aria-current', page) == ["6.5"]


async def test_screens_tell_of_reactions_only_where_that_is_switched_on(house: Served, tmp_path: Path) -> None:
    assert "screen-react" not in (await house.client.get("/screen")).text
    (tmp_path / "on").mkdir()
    async with served(made_config(tmp_path / "on", screen={"reactions": True})) as on:
        page = (await on.client.get("/screen")).text
        assert 'class="screen-react" role="list" aria-label="While somebody speaks" hidden' in page
        async with on.feed("/feed/phone") as phone:
            await on.client.post("/reactions", json={"word": "yes"}, headers=on.from_page)
            await phone.frame("reactions")
        assert '<b data-word="yes">1</b>' in (await on.client.get("/screen")).text
