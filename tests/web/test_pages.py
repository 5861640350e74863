import re

from backchannel.post import Reason
from backchannel.web.pages import LISTS
from tests.served import Served


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
