"""Puts the house together: the only module that names engines, and the only one that holds a clock."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from anyio import create_task_group
from sqlalchemy import make_url
from starlette.types import ASGIApp

from backchannel.collector import LOCAL, Collector
from backchannel.config import Config
from backchannel.countdown import Countdown
from backchannel.court import Court
from backchannel.desk import Desk, Judge
from backchannel.director import Director
from backchannel.errors import StartError
from backchannel.hub.base import Hub, Leadership
from backchannel.hub.fanout import Fanout
from backchannel.hub.leader import SessionLock
from backchannel.hub.local import Alone, LocalHub
from backchannel.hub.postgres import PostgresHub
from backchannel.recheck import Recheck
from backchannel.rules import Rules
from backchannel.schedules.keeper import Keeper, Shelf
from backchannel.schedules.place import Address, File, address_of
from backchannel.schedules.settings import by_hand
from backchannel.sources.base import Revisiting, Source
from backchannel.sources.bluesky import Bluesky, BlueskySettings
from backchannel.sources.feed import Feed, FeedSettings
from backchannel.sources.floor import Floor, FloorSettings
from backchannel.sources.inbox import Inbox
from backchannel.sources.mastodon import Mastodon, MastodonSettings
from backchannel.sources.matrix import Matrix, MatrixSettings
from backchannel.sources.recording import Recording
from backchannel.sources.webhook import Webhook, WebhookSettings
from backchannel.sources.x import X, XSettings
from backchannel.store import sqlite
from backchannel.store.house import Store, database_at, open_store
from backchannel.store.lock import RunLock, hold_lock
from backchannel.updates import CLAIMS, RULES
from backchannel.web.addresses import Addresses
from backchannel.web.api import Api
from backchannel.web.badges import Gate
from backchannel.web.cards import Cards, network_word
from backchannel.web.floor import FloorDoor
from backchannel.web.found import FoundDoor
from backchannel.web.headers import OriginRule
from backchannel.web.hooks import HookDoor
from backchannel.web.lists import Lists
from backchannel.web.mutes import MutesDoor
from backchannel.web.notes import NotesDoor
from backchannel.web.now import Now, NowDoor
from backchannel.web.ops import Ops
from backchannel.web.pages import Look, Pages
from backchannel.web.people import PeopleDoor
from backchannel.web.programme import ProgrammeDoor
from backchannel.web.record import RecordDoor
from backchannel.web.replies import Refusals
from backchannel.web.routes import application
from backchannel.web.rule_wire import in_force_json
from backchannel.web.rules import RulesDoor
from backchannel.web.service import ServiceDoor
from backchannel.web.session import SessionDoor
from backchannel.web.sockets import Sockets
from backchannel.web.speaker import SpeakerDoor
from backchannel.web.stage import StageDoor
from backchannel.web.usher import Usher
from backchannel.web.wire import as_seen_by, claim_json, counts_json

log = structlog.get_logger()

ROOT: Final = Path(__file__).resolve().parent.parent

# Adding a network: its settings and its source stand here, and nowhere else above sources/.
BUILDERS: Final[Mapping[Any, Callable[[Any, Sequence[str]], Source]]] = {
    MastodonSettings: lambda settings, hashtags: Mastodon(settings, hashtags, clock=now),
    BlueskySettings: lambda settings, hashtags: Bluesky(settings, hashtags, clock=now),
    XSettings: lambda settings, hashtags: X(settings, hashtags, clock=now),
    FeedSettings: lambda settings, hashtags: Feed(settings, hashtags, clock=now),
    MatrixSettings: lambda settings, hashtags: Matrix(settings, hashtags, clock=now),
    WebhookSettings: lambda settings, _: Webhook(settings, NETWORKS.keys(), clock=now),  # every post counts there
}
NETWORKS: Final[Mapping[str, type]] = {settings.network: settings for settings in (*BUILDERS, FloorSettings)}


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)  # noqa: TID251 (the one place)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A recording to be played instead of following networks, `speed` times as fast as it was recorded."""

    path: Path
    speed: float


@asynccontextmanager
async def open_house(
    config: Config,
    where: Addresses,
    rehearsal: Rehearsal | None = None,
    clock: Callable[[], datetime] = now,
    say: Callable[[str], None] = log.warning,
) -> AsyncGenerator[tuple[ASGIApp, Store]]:
    """A Backchannel that collects and fans out while it is open: the application to serve, and its store.

    Raises StartError where something is missing; when a task crashes, the body is cancelled and its error raised.
    """
    floor = Floor()
    sources = sources_of(config, floor, rehearsal)
    slugs = [hall.slug for hall in config.halls]
    async with open_store(store_url(config, rehearsal), slugs) as store:
        keeper = keeper_of(config, clock, Shelf(store.posts, store.cursors))
        await keeper.begin()
        cards = Cards(ROOT / "templates", config.conference.zone, lambda: keeper.programme)
        hub, leadership = _between_nodes(store_url(config, rehearsal))
        judge = Judge(Rules(), store.authors)
        desk = Desk(
            store.posts,
            hub,
            store.secret,
            clock,
            judge,
            store.sightings,
            store.claims,
            lambda: keeper.programme,
            store.sayings,
        )
        court = _court(config, store, desk, judge, hub, clock)
        await court.sit()
        directors = {slug: Director(slug, store.stages, store.log, store.posts, hub, clock) for slug in slugs}
        collector = Collector(
            sources,
            desk,
            store.cursors,
            clock,
            leadership=leadership,
            on_every_node=[source for source in sources if isinstance(source, Inbox)],
            duties={
                **{f"director {slug}": director.run for slug, director in directors.items()},
                "countdown": Countdown(store.holds, desk, clock).run,
                **{f"recheck {each.name}": each.run for each in _rechecks(sources, desk, store)},
            },
            say=say,
        )

        async def tally() -> Mapping[str, Any]:
            return counts_json(await store.posts.counts())

        async def claimed() -> Sequence[Any]:
            return [claim_json(claim) for claim in await desk.claimed()]

        async def in_force() -> Mapping[str, Any]:
            return in_force_json(court.book)

        render = as_seen_by(cards.card)
        besides = {CLAIMS: claimed, RULES: in_force}
        fanout = Fanout(
            store.log, store.posts, hub, halls=slugs, render=render, tally=tally, clock=clock, besides=besides
        )
        await fanout.open()
        hooks = [source for source in sources if isinstance(source, Webhook)]
        usher = Usher(store.people, hub)
        services = Services(
            hub, desk, court, collector, fanout, usher, floor if floor in sources else None, hooks, keeper
        )
        web = _web(config, where, store, cards, services, clock)
        async with create_task_group() as tasks:
            tasks.start_soon(hub.run, name="hub")
            tasks.start_soon(court.run, name="court")
            tasks.start_soon(fanout.run, name="fan-out")
            tasks.start_soon(usher.run, name="usher")
            tasks.start_soon(collector.run, name="collector")
            tasks.start_soon(keeper.run, name="programme")
            yield web, store
            tasks.cancel_scope.cancel()


def _court(config: Config, store: Store, desk: Desk, judge: Judge, hub: Hub, clock: Callable[[], datetime]) -> Court:
    settings = config.moderation.in_order
    return Court(settings, store.rulebooks, store.posts, store.latest, store.authors, desk, judge, hub, clock)


def keeper_of(config: Config, clock: Callable[[], datetime], shelf: Shelf | None = None) -> Keeper:
    """Who keeps the programme; without a shelf nothing of it is stored."""
    settings, zone = config.programme, config.conference.zone
    place = File(Path(settings.file)) if settings.file else Address(address_of(settings.url)) if settings.url else None
    return Keeper(
        place,
        by_hand(settings.sessions, zone),
        config.hall_names,
        config.conference.hashtags,
        zone,
        clock,
        every_s=settings.every_s,
        shelf=shelf,
    )


def _rechecks(sources: Sequence[Source], desk: Desk, store: Store) -> list[Recheck]:
    """What looks again at approved posts, for every source that can be asked."""
    asked = [source for source in sources if isinstance(source, Revisiting)]
    return [Recheck(source, desk, store.sightings, store.stages) for source in asked]


def sources_of(config: Config, floor: Floor, rehearsal: Rehearsal | None = None) -> tuple[Source, ...]:
    """The sources that a configuration names; a rehearsal plays its recording in the networks' place."""
    built: list[Source] = [Recording(rehearsal.path, rehearsal.speed, clock=now)] if rehearsal else []
    for settings in config.sources:
        if isinstance(settings, FloorSettings):
            built.append(floor)
        elif rehearsal is None:
            built.append(BUILDERS[type(settings)](settings, config.conference.hashtags))
    _check_names(built)
    return tuple(built)


def _check_names(sources: Sequence[Source]) -> None:
    """Raise StartError where two sources have one name: they would share a cursor, and lose posts by it."""
    for name, count in Counter(source.name for source in sources).items():
        if count > 1:
            msg = f"[[sources]] {name} stands {count} times; put all its hashtags into one table"
            raise StartError(msg)


def locked(config: Config, rehearsal: Rehearsal | None = None) -> AbstractContextManager[RunLock | None]:
    """Hold a file for this process alone; a database is for many. Raises StartError naming who else holds the file."""
    url = store_url(config, rehearsal)
    return nullcontext() if database_at(url) else hold_lock(sqlite.path_of(make_url(url)))


def store_url(config: Config, rehearsal: Rehearsal | None = None) -> str:
    """Where posts are kept. A rehearsal has a store of its own, beside the conference's: the two never mix."""
    if rehearsal is None:
        return config.store.url
    if database_at(config.store.url):
        url = make_url(config.store.url)
        return url.set(database=f"{url.database}.{rehearsal.path.stem}").render_as_string(hide_password=False)
    return config.store.url.removesuffix(".db") + f".{rehearsal.path.stem}.db"


def _between_nodes(url: str) -> tuple[Hub, Leadership]:
    """How nodes on one store hear of each other's news, and which of them collects."""
    database = database_at(url)
    return (PostgresHub(database), SessionLock(database)) if database else (LocalHub(), Alone())


@dataclass(frozen=True, slots=True)
class Services:
    """What the web speaks to; no floor where the conference keeps it closed."""

    hub: Hub
    desk: Desk
    court: Court
    collector: Collector
    fanout: Fanout
    usher: Usher
    floor: Floor | None
    hooks: Sequence[Webhook]
    keeper: Keeper


def _web(
    config: Config, where: Addresses, store: Store, cards: Cards, services: Services, clock: Callable[[], datetime]
) -> ASGIApp:
    halls = {hall.slug: hall for hall in config.halls}
    public_url = config.server.public_url
    gate = Gate(
        store.badges,
        store.people,
        OriginRule(public_url),
        clock,
        networks=NETWORKS.keys(),
        https=public_url.lower().startswith("https:"),
    )
    look = Look(
        conference=config.conference,
        networks=tuple(
            dict.fromkeys(network_word(each.network) for each in config.sources if each.network not in LOCAL)
        ),
        sources=tuple(dict.fromkeys(each.network for each in config.sources)),
        halls=halls,
        theme=config.screen.theme,
        farthest_seat=config.screen.farthest_seat,
        lease_s=config.screen.lease_s,
        floor_is_open=services.floor is not None,
        addresses=where,
        now=Now(cards, lambda: services.keeper.programme, halls, config.conference.zone, clock),
    )
    lists = Lists(clock, config.conference.zone)
    pages = Pages(cards, store.posts, gate, look, clock, store.stages, lists, lambda: services.court.book.preset.value)
    pace = config.moderation.floor_posts_per_minute
    return application(
        pages=pages,
        floor=FloorDoor(
            services.floor,
            services.desk,
            store.posts,
            gate,
            clock,
            halls=halls,
            posts_per_minute=pace,
            show_again=pages.phone_page,
        ),
        hooks=HookDoor(services.hooks, services.desk, store.sightings),
        api=Api(
            store.posts, store.copies, services.desk, services.collector, services.keeper, gate, frozenset(halls), lists
        ),
        found=FoundDoor(store.finds, store.posts, gate, lists),
        stage=StageDoor(store.stages, store.posts, services.hub, gate, frozenset(halls), clock),
        record=RecordDoor(store.record, gate, config.conference.zone),
        rules=RulesDoor(services.court, store.rulebooks, gate, config.conference.zone, clock),
        mutes=MutesDoor(services.court, store.posts, store.authors, gate, config.conference.zone, clock),
        service=ServiceDoor(store.record, store.stages, gate, clock),
        now=NowDoor(look.now),
        programme=ProgrammeDoor(services.keeper, halls, clock),
        session=SessionDoor(store.bindings, lambda: services.keeper.programme, services.hub, gate, clock),
        ops=Ops(store.posts, services.collector, services.fanout, services.keeper),
        notes=NotesDoor(store.notes, services.hub, gate, clock),
        speaker=SpeakerDoor(store.messages, store.stages, store.posts, gate, clock, halls),
        people=PeopleDoor(store.people, store.badges, services.hub, gate, clock, where.best),
        sockets=Sockets(services.fanout, gate, services.usher, frozenset(halls), services.desk.claim),
        refusals=Refusals(cards, {"conference": config.conference}),
        static=ROOT / "static",
    )
