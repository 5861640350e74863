"""What the pages say of the programme at this moment: now and next, before it a countdown, after it that it is over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.programme import Phase, Programme, Session
from backchannel.web.cards import Cards
from backchannel.web.catalogues import ENGLISH, Tongue
from backchannel.web.replies import Json
from backchannel.web.times import clock, weekday_of
from backchannel.web.tongues import tongue_of
from backchannel.wording import spoken

# A programme that was changed meanwhile is on every page after so long, whatever it says of its next change.
LOOK_EVERY_S: Final = 300.0
AN_HOUR: Final = timedelta(hours=1)
A_MINUTE: Final = timedelta(minutes=1)
IN_A_MINUTE: Final = spoken("Begins in a minute")
TODAY: Final = spoken("Begins today")
TOMORROW: Final = spoken("Begins tomorrow")


@dataclass(frozen=True, slots=True)
class Place:
    """A hall, or several in which the same is on, with what is on and what comes next there."""

    name: str
    now: Session | None
    next: Session | None
    next_at: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page shows of the programme, until it is worth another look."""

    phase: Phase
    places: tuple[Place, ...]
    countdown: str
    begins_at: datetime | None
    until: datetime
    has_earlier: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """The markup of what a phone shows, and in how many seconds it is worth another look."""

    html: Markup
    again_in_s: float


# Before a page has a connection; it asks as soon as it has one.
NOTHING_ON: Final = Block(Markup('<section class="now" id="now" hidden></section>'), 0.0)


class Now:
    """The programme as pages show it. It is rendered once until it changes: a hall full of phones asks at once."""

    def __init__(
        self,
        cards: Cards,
        programme: Callable[[], Programme],
        halls: Mapping[str, Any],
        zone: tzinfo,
        clock: Callable[[], datetime],
    ) -> None:
        self._cards = cards
        self._programme = programme
        self._halls = halls
        self._zone = zone
        self._clock = clock
        self._kept: dict[str, tuple[Programme, datetime, Standing, Markup]] = {}  # by language

    @property
    def is_of_use(self) -> bool:
        """Whether there is a programme."""
        return bool(self._programme())

    @property
    def is_steady(self) -> bool:
        """Whether a page that was rendered a while ago looks again before anything begins or ends."""
        programme, at = self._programme(), self._clock()
        begins_at = programme.sessions[0].start if programme.phase(at) is Phase.BEFORE else None
        return _again_in_s(programme, at, begins_at) >= LOOK_EVERY_S

    def block(self, tongue: Tongue = ENGLISH) -> Block:
        """Everything that a phone shows."""
        programme, at, kept = self._programme(), self._clock(), self._kept.get(tongue.tag)
        if kept is None or kept[0] is not programme or not kept[1] <= at < kept[2].until:
            standing = self.standing(programme, at, tongue)
            kept = self._kept[tongue.tag] = programme, at, standing, self._cards.now(standing, tongue)
        _, _, standing, html = kept
        return Block(html, round((standing.until - at).total_seconds(), 3))

    def standing(self, programme: Programme, at: datetime, tongue: Tongue = ENGLISH) -> Standing:
        """What there is to say at a moment."""
        phase = programme.phase(at)
        begins_at = programme.sessions[0].start if phase is Phase.BEFORE else None
        return Standing(
            phase=phase,
            places=self._places(programme, at, tongue) if phase is Phase.RUNNING else (),
            countdown=countdown(begins_at, at, self._zone, tongue) if begins_at else "",
            begins_at=begins_at,
            until=at + timedelta(seconds=_again_in_s(programme, at, begins_at)),
            has_earlier=any(each.is_a_talk for each in programme.over(at)),
        )

    def on_stage(self, hall: str) -> Session | None:
        """What a hall's screens name."""
        return self._programme().now(self._clock(), hall)

    def _places(self, programme: Programme, at: datetime, tongue: Tongue) -> tuple[Place, ...]:
        """The halls in their order, those with the same programme together; then rooms that are none of them."""
        together: dict[tuple[Session | None, Session | None], list[str]] = {}
        for slug, hall in self._halls.items():
            together.setdefault((programme.now(at, slug), programme.next(at, slug)), []).append(hall.name)
        are_all = len(together) == 1
        halls = [
            Place("" if are_all else ", ".join(names), now, following, self._clock_of(following, at, tongue))
            for (now, following), names in together.items()
            if now or following
        ]
        rooms = [Place(each.room, each, None) for each in programme.on(at) if each.room and not each.hall]
        return (*halls, *sorted(rooms, key=lambda place: place.name))

    def _clock_of(self, session: Session | None, at: datetime, tongue: Tongue) -> str:
        """When it begins; with its day where that is another one."""
        if session is None:
            return ""
        start = session.start.astimezone(self._zone)
        time = clock(start, self._zone)
        if start.date() == at.astimezone(self._zone).date():
            return time
        return tongue.say("%(date)s, %(clock)s", date=weekday_of(start, tongue), clock=time)


class NowDoor:
    """`/now`."""

    def __init__(self, now: Now) -> None:
        self._now = now

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/now", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /now`: the phone's block anew, and in how many seconds to look again."""
        block = self._now.block(tongue_of(request))
        answer = {"html": str(block.html), "again_in_s": block.again_in_s}
        return Json(answer, headers={"Cache-Control": "no-store"})


def countdown(begins_at: datetime, at: datetime, zone: tzinfo, tongue: Tongue = ENGLISH) -> str:
    """How long it is until the conference begins, in words that stay true until the next look."""
    left = begins_at - at
    if left < AN_HOUR:
        minutes = -(-left // A_MINUTE)
        if minutes <= 1:
            return tongue.say(IN_A_MINUTE)
        return tongue.count("Begins in %(num)s minute", "Begins in %(num)s minutes", minutes)
    days = (begins_at.astimezone(zone).date() - at.astimezone(zone).date()).days
    if days <= 1:
        return tongue.say(TOMORROW if days else TODAY)
    return tongue.count("Begins in %(num)s day", "Begins in %(num)s days", days)


def _again_in_s(programme: Programme, at: datetime, begins_at: datetime | None) -> float:
    change = programme.changes_at(at)
    waits = [LOOK_EVERY_S] if change is None else [LOOK_EVERY_S, (change - at).total_seconds()]
    if begins_at is not None and begins_at - at < AN_HOUR + timedelta(seconds=LOOK_EVERY_S):
        waits.append((begins_at - at) % A_MINUTE / timedelta(seconds=1) or 60.0)
    return min(waits)
