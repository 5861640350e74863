"""Puts the house together: the only module that names engines."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from anyio import create_task_group
from sqlalchemy import make_url

from backchannel import feed
from backchannel.admission import Admission
from backchannel.ballots import BallotBox
from backchannel.clock import now
from backchannel.collector import Collector, Duty
from backchannel.config import Config
from backchannel.countdown import Countdown
from backchannel.court import Court
from backchannel.desk import Desk, Judge
from backchannel.director import Director
from backchannel.fleet import Fleet
from backchannel.front import ROOT, Front, Services, front
from backchannel.gallery import Gallery, Look
from backchannel.hub.base import Hub, Leadership
from backchannel.hub.fanout import Fanout
from backchannel.hub.leader import SessionLock
from backchannel.hub.local import Alone, LocalHub
from backchannel.hub.postgres import PostgresHub
from backchannel.hub.workers import Workers
from backchannel.media.darkroom import Darkroom
from backchannel.media.lens import Lens
from backchannel.networks import Rehearsal, sources_of
from backchannel.polls import Polls
from backchannel.pulse import Pulse
from backchannel.reactions import Reactions, Totals
from backchannel.recheck import Recheck
from backchannel.retention import Retention, Terms
from backchannel.rulebook import Rulebook
from backchannel.rules import Rules
from backchannel.schedules.keeper import Keeper, Shelf
from backchannel.schedules.place import Address, File, address_of
from backchannel.schedules.settings import by_hand
from backchannel.sources.base import Revisiting, Source
from backchannel.sources.floor import Floor
from backchannel.sources.inbox import Inbox
from backchannel.sources.webhook import Webhook
from backchannel.store import sqlite
from backchannel.store.house import Store, database_at, open_store
from backchannel.store.lock import RunLock, hold_lock
from backchannel.updates import CLAIMS, RULES, TAKEDOWNS
from backchannel.web.addresses import Addresses
from backchannel.web.cards import Cards
from backchannel.web.catalogues import ENGLISH, tongues
from backchannel.web.rule_wire import in_force_json
from backchannel.web.screens import TOLD_FOR, recall_json
from backchannel.web.usher import Usher
from backchannel.web.wire import as_seen_by, claim_json, counts_json

log = structlog.get_logger()


@asynccontextmanager
async def open_house(
    config: Config,
    where: Addresses,
    rehearsal: Rehearsal | None = None,
    clock: Callable[[], datetime] = now,
    say: Callable[[str], None] = log.warning,
    admission: Admission | None = None,
    look: Look | None = None,
    workers: int = 0,
) -> AsyncGenerator[tuple[Front, Store]]:
    """A Backchannel that collects and fans out while it is open: what to serve, and its store.

    So many `workers` serve phones; without any this process does. `look` brings pictures in the place of the networks'
    servers. Raises StartError where something is missing; when a task crashes, the body is cancelled and its error
    raised.
    """
    floor = Floor()
    sources = sources_of(config, floor, rehearsal)
    slugs = [hall.slug for hall in config.halls]
    async with open_store(store_url(config, rehearsal), slugs) as store, _open_lens(config, look) as look:
        keeper = keeper_of(config, clock, Shelf(store.posts, store.cursors))
        await keeper.begin()
        two_people = config.moderation.two_people
        cards = Cards(ROOT / "templates", config.conference.zone, lambda: keeper.programme, two_people)
        hub, leadership = _between_nodes(store_url(config, rehearsal))
        judge = Judge(Rules(), store.authors, two_people)
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
            store.forgetting,
            config.privacy.opt_out_hashtags,
        )
        court = _court(config, store, desk, judge, hub, clock)
        await court.sit()
        duties = _duties(config, slugs, sources, store, desk, hub, clock, look)
        collector = Collector(
            sources,
            desk,
            store.cursors,
            clock,
            leadership=leadership,
            on_every_node=[source for source in sources if isinstance(source, Inbox)],
            duties=duties,
            say=say,
        )

        async def tally() -> Mapping[str, Any]:
            return counts_json(await store.posts.counts())

        async def claimed() -> Sequence[Any]:
            return [claim_json(claim) for claim in await desk.claimed()]

        async def in_force() -> Mapping[str, Any]:
            return in_force_json(court.book)

        render = as_seen_by(cards.card)
        otherwise = {each.tag: as_seen_by(partial(cards.card, tongue=each)) for each in tongues() if each != ENGLISH}

        async def recalled() -> Sequence[Any]:
            return [recall_json(recall) for recall in await store.recalls.since(clock() - TOLD_FOR)]

        besides = {CLAIMS: claimed, RULES: in_force, TAKEDOWNS: recalled}
        fleet = _fleet(config, store, hub, clock)
        admission = admission or admission_of(config)
        beside = Workers(workers, admission, config.limits.idle_s, config.server.logs)
        fanout = Fanout(
            store.log,
            store.posts,
            hub,
            halls=slugs,
            render=render,
            tally=tally,
            clock=clock,
            besides=besides,
            otherwise=otherwise,
            hears=fleet.hear,
            admission=admission,
            idle_s=config.limits.idle_s,
            workers=beside,
        )
        await fanout.open()

        def react(totals: Totals) -> None:
            fanout.say_to_phones("reactions", feed.reactions(totals))
            if config.screen.reactions:
                fanout.carry_to_screens(totals)

        court.on_adopted = partial(_tell_phones, fanout)
        _tell_phones(fanout, court.book)
        reactions = Reactions(
            store.tallies,
            hub,
            lambda: keeper.programme,
            slugs,
            clock,
            react,
        )
        hooks = [source for source in sources if isinstance(source, Webhook)]
        usher = Usher(store.people, hub, clock)
        polls = Polls(store.questions, store.votes, hub, fanout, lambda: keeper.programme, slugs, clock)
        ballots = BallotBox(store.votes, hub, clock)
        services = Services(
            hub,
            desk,
            court,
            collector,
            fanout,
            usher,
            floor if floor in sources else None,
            hooks,
            keeper,
            reactions,
            polls,
            ballots,
            fleet,
            pulse := Pulse(fanout, clock),
        )
        web = front(config, where, store, cards, services, clock)
        async with create_task_group() as tasks:
            tasks.start_soon(hub.run, name="hub")
            tasks.start_soon(court.run, name="court")
            tasks.start_soon(fanout.run, name="fan-out")
            tasks.start_soon(beside.run, name="workers")
            tasks.start_soon(fleet.run, name="fleet")
            tasks.start_soon(usher.run, name="usher")
            tasks.start_soon(collector.run, name="collector")
            tasks.start_soon(keeper.run, name="programme")
            tasks.start_soon(reactions.run, name="reactions")
            tasks.start_soon(polls.run, name="polls")
            tasks.start_soon(ballots.run, name="ballots")
            tasks.start_soon(pulse.run, name="pulse")
            await beside.begin()
            yield web, store
            tasks.cancel_scope.cancel()


def _tell_phones(fanout: Fanout, book: Rulebook) -> None:
    """Whether the floor is paused; that it is open, nobody needs to be told at first."""
    if book.is_floor_paused or fanout.said_to_phones:
        fanout.say_to_phones("floor", feed.floor(is_paused=book.is_floor_paused))


def admission_of(config: Config, room: int | None = None) -> Admission:
    """Who may come; not more clients than there is room for."""
    limits = config.limits
    return Admission(
        clients=limits.clients if room is None else min(limits.clients, room),
        clients_per_device=limits.clients_per_device,
        arrivals_per_second=limits.arrivals_per_second,
        now=monotonic,
        wanted=limits.clients,
    )


def _duties(
    config: Config,
    slugs: Sequence[str],
    sources: Sequence[Source],
    store: Store,
    desk: Desk,
    hub: Hub,
    clock: Callable[[], datetime],
    look: Look | None,
) -> Mapping[str, Duty]:
    """What the leader does besides following the sources."""
    directors = {
        slug: Director(slug, store.stages, store.log, store.posts, hub, clock, config.screen.rota) for slug in slugs
    }
    keeps = timedelta(days=config.media.keep_unshown_days)
    gallery = Gallery(store.log, store.pictures, hub, look, clock, keeps) if look else None
    privacy = config.privacy
    terms = Terms(timedelta(days=privacy.keep_unshown_days), privacy.over(config.conference.zone))
    return {
        **{f"director {slug}": director.run for slug, director in directors.items()},
        "countdown": Countdown(store.holds, desk, clock).run,
        "retention": Retention(store.retiring, hub, clock, terms).run,
        **{f"recheck {each.name}": each.run for each in _rechecks(sources, desk, store)},
        **({"gallery": gallery.run} if gallery else {}),
    }


@asynccontextmanager
async def _open_lens(config: Config, look: Look | None) -> AsyncGenerator[Look | None]:
    """What brings pictures, if anything may."""
    if look is not None or not config.media.fetch:
        yield look
        return
    lens = Lens(Darkroom(config.media.max_megapixels * 1_000_000), config.media.max_mb * 1024 * 1024)
    try:
        yield lens.look
    finally:
        await lens.close()


def _fleet(config: Config, store: Store, hub: Hub, clock: Callable[[], datetime]) -> Fleet:
    """Who hears the screens."""
    return Fleet(
        store.screens,
        store.openings,
        store.receipts,
        store.recalls,
        hub,
        clock,
        halls=[hall.slug for hall in config.halls],
        lease_s=config.screen.lease_s,
    )


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
