"""The front of the house: every page and address of the web, each with the services that it speaks to."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp

from backchannel.ballots import BallotBox
from backchannel.collector import LOCAL, Collector
from backchannel.config import Config
from backchannel.court import Court
from backchannel.desk import Desk
from backchannel.fleet import Fleet
from backchannel.hub.base import Hub
from backchannel.hub.fanout import Fanout
from backchannel.networks import NETWORKS
from backchannel.polls import Polls
from backchannel.pulse import Pulse
from backchannel.reactions import Reactions
from backchannel.schedules.keeper import Keeper
from backchannel.sources.floor import Floor
from backchannel.sources.secret import secret
from backchannel.sources.webhook import Webhook
from backchannel.store.house import Store
from backchannel.web.about import AboutDoor
from backchannel.web.addresses import Addresses
from backchannel.web.answers import AnswersDoor
from backchannel.web.api import Api
from backchannel.web.archive import ArchiveDoor
from backchannel.web.asking import AskingBlocks
from backchannel.web.badges import Gate
from backchannel.web.cards import Cards, network_word
from backchannel.web.conversation import Speech
from backchannel.web.digest import DigestDoor
from backchannel.web.elsewhere import ElsewhereDoor
from backchannel.web.errand import Errands
from backchannel.web.floor import FloorDoor
from backchannel.web.floor_pause import FloorPauseDoor
from backchannel.web.forgetting import ForgettingDoor
from backchannel.web.form_age import FormAge
from backchannel.web.found import FoundDoor
from backchannel.web.headers import OriginRule
from backchannel.web.hooks import HookDoor
from backchannel.web.inlet import Inlet, Paces
from backchannel.web.installed import InstalledDoor
from backchannel.web.languages import LanguageDoor
from backchannel.web.lists import Lists
from backchannel.web.mine import Mine, MineDoor
from backchannel.web.mutes import MutesDoor
from backchannel.web.notes import NotesDoor
from backchannel.web.now import Now, NowDoor
from backchannel.web.ops import Ops
from backchannel.web.organisation import BACK, OrganisationDoor
from backchannel.web.pages import Look, Pages
from backchannel.web.passwords import PasswordDoor
from backchannel.web.people import PeopleDoor
from backchannel.web.phone import PhonePage
from backchannel.web.pictures import PicturesDoor
from backchannel.web.polls import PollDoor
from backchannel.web.privacy import PrivacyDoor
from backchannel.web.programme import ProgrammeDoor
from backchannel.web.provider import Provider
from backchannel.web.pulse import PulseDoor
from backchannel.web.puzzles import Puzzles
from backchannel.web.questions import QuestionsDoor
from backchannel.web.reactions import ReactionDoor
from backchannel.web.receipts import ReceiptsDoor
from backchannel.web.record import RecordDoor
from backchannel.web.replies import Refusals
from backchannel.web.rooms import Rooms
from backchannel.web.routes import Door, application
from backchannel.web.rules import RulesDoor
from backchannel.web.runner import RunnerDoor
from backchannel.web.screens import ScreensDoor
from backchannel.web.service import ServiceDoor
from backchannel.web.session import SessionDoor
from backchannel.web.sockets import Sockets
from backchannel.web.speaker import SpeakerDoor
from backchannel.web.sponsors import SponsorCards
from backchannel.web.stage import StageDoor
from backchannel.web.themes import Themes
from backchannel.web.tongues import Spoken
from backchannel.web.turnstile import Turnstile
from backchannel.web.usher import Usher
from backchannel.web.wall import Wall
from backchannel.web.way_in import WayIn
from backchannel.web.wicket import Wicket

ROOT: Final = Path(__file__).resolve().parent.parent


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
    reactions: Reactions
    polls: Polls
    ballots: BallotBox
    fleet: Fleet
    pulse: Pulse


@dataclass(frozen=True, slots=True)
class Front:
    """What is served: the application, and what answers those who only listen."""

    app: ASGIApp
    turnstile: Turnstile


def front(
    config: Config, where: Addresses, store: Store, cards: Cards, services: Services, clock: Callable[[], datetime]
) -> Front:
    """All of it."""
    halls = {hall.slug: hall for hall in config.halls}
    gate = _gate(config, store, clock)
    rooms = Rooms(store.secret, clock, tuple(halls))
    way_in = WayIn(where, rooms, gate, store.screens, tuple(halls))
    look = _look(config, where, way_in, cards, services, clock)
    lists = Lists(clock, config.conference.zone)
    mine = Mine(store.posts, store.stages, store.receipts, services.desk, halls)
    form_age = FormAge(store.secret, clock, timedelta(seconds=config.moderation.floor_form_age_s))
    pages = Pages(
        cards,
        store.posts,
        gate,
        look,
        clock,
        store.stages,
        lists,
        lambda: services.court.book,
        lambda: services.reactions.totals,
        store.screens,
    )
    phone = PhonePage(
        cards,
        gate,
        look,
        form_age,
        lambda: services.court.book,
        mine,
        lambda: services.reactions.totals,
        store.votes,
        Wall(store.posts, store.log, cards),
        rooms,
        folders=(ROOT / "templates", ROOT / "backchannel" / "locale"),
    )
    moderation = config.moderation
    paces = Paces(
        moderation.floor_posts_per_minute, moderation.floor_newcomers_per_minute, moderation.floor_waiting_max
    )
    puzzles = Puzzles(store.secret, clock)
    inlet = Inlet(store.posts, store.finds, clock, paces, puzzles, lambda: services.court.book.is_floor_paused)
    questions = QuestionsDoor(
        store.questions, store.votes, services.ballots, services.polls, look.asking, services.hub, gate, halls
    )
    reactions = ReactionDoor(services.reactions, gate, halls)
    digests = DigestDoor(
        store.questions,
        services.polls,
        lambda: services.keeper.programme,
        gate,
        cards,
        config.conference,
        store.secret,
    )
    floor = FloorDoor(
        services.floor,
        services.desk,
        store.posts,
        mine,
        gate,
        clock,
        inlet,
        form_age,
        rooms,
        halls=halls,
        opt_outs=config.privacy.opt_out_hashtags,
        show_again=phone.page,
        asked=services.polls.session,
    )
    doors: list[Door] = [
        phone,
        pages,
        questions,
        floor,
        RunnerDoor(
            services.floor,
            services.desk,
            store.posts,
            gate,
            cards,
            clock,
            conference=config.conference,
            halls=halls,
            where=where,
        ),
        MineDoor(mine, store.posts, services.desk, gate),
        HookDoor(services.hooks, services.desk, store.sightings),
        Api(
            store.posts, store.copies, services.desk, services.collector, services.keeper, gate, frozenset(halls), lists
        ),
        FoundDoor(store.finds, store.posts, gate, lists),
        StageDoor(store.stages, store.posts, services.hub, gate, frozenset(halls), clock),
        RecordDoor(store.record, gate, config.conference.zone),
        RulesDoor(services.court, store.rulebooks, gate, config.conference.zone, clock),
        MutesDoor(services.court, store.posts, store.authors, gate, config.conference.zone, clock),
        ForgettingDoor(store.forgetting, services.desk, gate),
        FloorPauseDoor(services.court, gate, is_open=services.floor is not None),
        ServiceDoor(store.record, store.stages, gate, clock),
        NowDoor(look.now),
        LanguageDoor(gate, https=config.server.is_https),
        PollDoor(services.fanout, services.polls),
        reactions,
        cards.parcels,
        look.themes,
        look.sponsors,
        way_in,
        ElsewhereDoor(store.posts, cards, config.conference, halls, where, config.server.embed_on),
        InstalledDoor(ROOT / "static", config.conference),
        AboutDoor(store.accounts, cards, config.conference, clock),
        PrivacyDoor(
            cards,
            config.conference,
            contact=config.privacy.contact,
            over=config.privacy.over(config.conference.zone),
            keep_unshown_days=config.privacy.keep_unshown_days,
            has_pictures=config.media.fetch,
        ),
        ProgrammeDoor(services.keeper, halls, config.conference.zone, clock),
        SessionDoor(store.bindings, lambda: services.keeper.programme, services.hub, gate, clock),
        Ops(store.posts, services.collector, services.fanout, services.keeper),
        PulseDoor(services.pulse, services.fanout.admission, gate),
        digests,
        ArchiveDoor(
            store.questions, services.polls, lambda: services.keeper.programme, cards, config.conference, halls
        ),
        AnswersDoor(services.floor, services.desk, store.posts, digests, gate, clock),
        NotesDoor(store.notes, services.hub, gate, clock),
        SpeakerDoor(store.messages, store.stages, store.posts, services.polls, gate, halls),
        ScreensDoor(store.screens, store.openings, store.recalls, services.hub, gate, halls, clock),
        ReceiptsDoor(store.receipts, gate, halls, config.conference.zone),
        PicturesDoor(store.pictures, gate, clock),
        PeopleDoor(store.people, store.badges, store.passwords, services.hub, gate, clock, where.best),
        PasswordDoor(
            store.passwords,
            gate,
            services.hub,
            clock,
            pages.door_again,
            is_open=config.desk.passwords,
            known=(config.conference.name, *config.conference.hashtags),
        ),
        OrganisationDoor(
            provider_of(config, where, clock),
            Errands(store.secret, clock),
            gate,
            services.hub,
            pages.sent_back,
            NETWORKS.keys(),
        ),
    ]
    limits = config.limits
    speech = Speech(limits.message_bytes, limits.messages_per_minute)
    sockets = Sockets(
        services.fanout, gate, services.usher, frozenset(halls), services.desk.claim, services.fleet, speech
    )
    refusals = Refusals(cards, {"conference": config.conference})
    is_https, language = config.server.is_https, config.conference.language
    app = application(doors, sockets=sockets, refusals=refusals, static=ROOT / "static", is_https=is_https)
    wicket = Wicket(app, [*questions.knocks(), *reactions.knocks(), *floor.knocks()], gate, refusals, is_https=is_https)
    turnstile = Turnstile(services.fanout, gate, frozenset(halls), language, is_https=is_https)
    return Front(Spoken(wicket, language), turnstile)


def provider_of(config: Config, where: Addresses, clock: Callable[[], datetime]) -> Provider | None:
    """Who signs the organisation's people in; None where nobody does. Raises StartError where its secret is missing."""
    settings = config.sign_in
    if not settings.issuer:
        return None
    file, env = settings.client_secret_file, settings.client_secret_env
    client_secret = secret("[sign_in]", "client_secret", file=file, env=env, environ=os.environ)
    return Provider(settings, client_secret, where.best + BACK, clock)


def _gate(config: Config, store: Store, clock: Callable[[], datetime]) -> Gate:
    server = config.server
    return Gate(
        store.badges,
        store.people,
        OriginRule(server.public_url),
        clock,
        networks=NETWORKS.keys(),
        https=server.is_https,
        lasts=config.desk.lasts,
        idle=config.desk.idle,
    )


def _look(
    config: Config,
    where: Addresses,
    way_in: WayIn,
    cards: Cards,
    services: Services,
    clock: Callable[[], datetime],
) -> Look:
    """What every page says of the conference."""
    halls = {hall.slug: hall for hall in config.halls}
    return Look(
        conference=config.conference,
        networks=tuple(
            dict.fromkeys(network_word(each.network) for each in config.sources if each.network not in LOCAL)
        ),
        sources=tuple(dict.fromkeys(each.network for each in config.sources)),
        halls=halls,
        theme=config.screen.theme,
        themes=Themes(config.screen.themes),
        sponsors=SponsorCards(config.screen.sponsors),
        farthest_seat=config.screen.farthest_seat,
        lease_s=config.screen.lease_s,
        has_reactions=config.screen.reactions,
        floor_is_open=services.floor is not None,
        has_passwords=config.desk.passwords,
        organisation=config.sign_in.title,
        addresses=where,
        way_in=way_in,
        now=Now(cards, lambda: services.keeper.programme, halls, config.conference.zone, clock),
        asking=AskingBlocks(cards, services.polls, halls, clock),
    )
