from dataclasses import replace

from backchannel.desk import Desk
from backchannel.hub.cast import with_cast
from backchannel.hub.local import LocalHub
from backchannel.post import Order, Status, Verb
from backchannel.stage import Stage
from backchannel.store.base import Query
from backchannel.store.house import Store
from tests.made_up import Clock, sighting


async def test_a_screen_gets_every_post_that_its_stage_names_and_may_show(store: Store) -> None:
    desk = Desk(store.posts, LocalHub(), store.secret, Clock())
    seen = [sighting(str(number)) for number in range(6)]
    await desk.receive(seen)
    old, elsewhere, waiting, newer, newest, withdrawn = map(desk.key, seen)
    for keys, halls in (((old,), None), ((elsewhere,), ("foyer",)), ((newer, newest, withdrawn), None)):
        await desk.decide(Order(keys, Verb.APPROVE, "Jo", halls=halls))
    await desk.decide(Order((withdrawn,), Verb.WITHDRAW, "Jo"))
    held = (await store.posts.page(Query(Status.APPROVED, hall="main", limit=2))).posts
    stage = replace(Stage("main"), on_air=(withdrawn, waiting, newest, elsewhere), next=(old, "mastodon:unknown"))
    assert [post.key for post in await with_cast(held, stage, store.posts)] == [newest, newer, old]
