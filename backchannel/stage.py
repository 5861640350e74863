"""The stage: what a hall shows now and next, as one versioned value, and every way it turns. Pure.

Moderators choose the layout, calm, a pinned post and the panic level; the director turns the rest. At a panic level the
director does nothing; a post that may no longer be shown leaves whatever the level.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from backchannel.pacing import (
    CALM_EVERY_S,
    Lineup,
    Pace,
    Turn,
    is_settled,
    next_turn,
    pace_of,
    upcoming,
)
from backchannel.sponsor import NO_SPONSORS, Rota

ON_AIR_MAX: Final = 8
NEXT_MAX: Final = 3


class Layout(StrEnum):
    """What a screen shows, and how it places posts."""

    SPOTLIGHT = "spotlight"  # one, as large as fits
    COLUMNS = "columns"  # what fits
    LOWER_THIRD = "lower-third"  # one, at the lower edge; over a film where a screen itself was opened so
    QUESTIONS = "questions"  # what is being answered and what is wanted most; no other posts
    NOW_NEXT = "now-next"  # what is on and what comes next; no posts


class Panic(StrEnum):
    """What stops everything."""

    OFF = "off"
    FREEZE = "freeze"  # screens keep what they show
    HOLDING = "holding"  # the holding card
    BLACK = "black"  # a black page


class Relief(StrEnum):
    """Whether the director put columns in the spotlight's place because too much waits."""

    OFF = "off"
    ON = "on"
    DECLINED = "declined"  # a moderator wanted the spotlight all the same, until the burst is over


# So many posts are sure to be seen at once: a screen in columns shows four or more for a hall of usual depth. Where
# none is seen, what was on air waits for the columns to come back.
PLACES: Final = dict.fromkeys(Layout, 4) | {Layout.SPOTLIGHT: 1, Layout.LOWER_THIRD: 1}
ROOM: Final = dict.fromkeys(Layout, ON_AIR_MAX) | {Layout.SPOTLIGHT: 1, Layout.LOWER_THIRD: 1}
# Where a sponsor may be thanked between two posts.
BETWEEN_POSTS: Final = frozenset({Layout.COLUMNS, Layout.SPOTLIGHT})
WITHOUT_POSTS: Final = frozenset({Layout.QUESTIONS, Layout.NOW_NEXT})


@dataclass(frozen=True, slots=True)
class Stage:
    """What a hall shows. `on_air` has the newest turn first, a pinned post before it.

    For the director only: `relief`; `position`, the number of the desk's stream up to which no approved post waits any
    more; `turned_at`, the last change of what can be seen. `aged_out` counts the posts that waited too long.
    `sponsor` was thanked last, at `sponsored_at` (before the first card: when the first post came), and `is_sponsored`
    says whether that card stands now; `sponsors` is a moderator's word whether there are such cards at all.
    """

    hall: str
    version: int = 0
    layout: Layout = Layout.COLUMNS
    calm: bool = False
    spotlight: str | None = None
    panic: Panic = Panic.OFF
    on_air: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    relief: Relief = Relief.OFF
    position: int = 0
    aged_out: int = 0
    turned_at: datetime | None = None
    sponsors: bool = True
    sponsor: str | None = None
    is_sponsored: bool = False
    sponsored_at: datetime | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Every post that it names, once."""
        pinned = () if self.spotlight is None else (self.spotlight,)
        return tuple(dict.fromkeys((*pinned, *self.on_air, *self.next)))

    @property
    def may_be_sponsored(self) -> bool:
        """Whether a card would stand over nothing: no panic, no pinned post, no calm, and posts are what is shown."""
        is_free = self.panic is Panic.OFF and self.spotlight is None and not self.calm
        return self.sponsors and is_free and self.layout in BETWEEN_POSTS

    def only(self, shown: Set[str]) -> "Stage":
        """Without the posts that are not among `shown`."""
        return replace(
            self,
            spotlight=self.spotlight if self.spotlight in shown else None,
            on_air=tuple(key for key in self.on_air if key in shown),
            next=tuple(key for key in self.next if key in shown),
        )

    def without(self, dropped: Set[str]) -> "Stage":
        """After posts were taken back."""
        return self.only(set(self.keys) - dropped)

    def laid_out(self, layout: Layout, at: datetime) -> "Stage":
        """In the layout that a moderator chose."""
        if layout is self.layout:
            return replace(self, relief=Relief.OFF) if layout is Layout.COLUMNS else self
        declined = self.relief is Relief.ON and layout is Layout.SPOTLIGHT
        return _placed(replace(self.unsponsored(), relief=Relief.DECLINED if declined else Relief.OFF), layout, at)

    def pinned(self, key: str | None, at: datetime) -> "Stage":
        """With a post pinned, at once on air, or with none."""
        if key == self.spotlight:
            return self
        if key is None:
            return replace(self, spotlight=None)
        on_air = _arranged(self, (key,), key)
        return replace(
            self.unsponsored(),
            spotlight=key,
            on_air=on_air,
            next=tuple(each for each in self.next if each != key),
            turned_at=at,
        )

    def alarmed(self, panic: Panic, at: datetime) -> "Stage":
        """At a panic level; when the picture comes back, what is on air begins its time anew."""
        return self if panic is self.panic else replace(self.unsponsored(), panic=panic, turned_at=at)

    def calmed(self, calm: bool) -> "Stage":
        """With or without calm."""
        return replace(self.unsponsored() if calm else self, calm=calm)

    def thanking(self, sponsors: bool) -> "Stage":
        """With or without the cards of sponsors."""
        return replace(self if sponsors else self.unsponsored(), sponsors=sponsors)

    def unsponsored(self) -> "Stage":
        """Without the card that stands now."""
        return replace(self, is_sponsored=False)

    def to_wire(self) -> dict[str, Any]:
        """What screens, consoles and programs read."""
        return {
            "hall": self.hall,
            "version": self.version,
            "layout": self.layout,
            "calm": self.calm,
            "spotlight": self.spotlight,
            "panic": self.panic,
            "on_air": self.on_air,
            "next": self.next,
            "aged_out": self.aged_out,
            "sponsors": self.sponsors,
            "sponsor": self.sponsor if self.is_sponsored else None,
        }


@dataclass(frozen=True, slots=True)
class Direction:
    """What the director does now. `due` is when to look again; None where only news changes anything."""

    stage: Stage
    lineup: Lineup
    turn: Turn | None = None
    due: datetime | None = None


def directed(stage: Stage, lineup: Lineup, now: datetime, rota: Rota = NO_SPONSORS) -> Direction:
    """The stage as the director turns it at this moment. At a panic level, and without posts, nothing changes.

    A sponsor's card takes the place of a turn: what was on air had its time, and begins it anew afterwards.
    """
    if stage.is_sponsored:
        return _thanked(stage, lineup, now, rota)
    if stage.panic is not Panic.OFF or stage.layout in WITHOUT_POSTS:
        return Direction(stage, lineup)
    after = _relieved(stage, lineup, now)
    turn = next_turn(
        lineup, PLACES[after.layout], now, calm=after.calm, changed_at=after.turned_at, pinned=after.spotlight
    )
    if turn is not None and turn.due <= now:
        if (sponsor := _due_sponsor(stage, lineup, now, rota)) is not None:
            card = replace(stage, sponsor=sponsor, is_sponsored=True, sponsored_at=now)
            return Direction(card, lineup, None, now + rota.lasts)
        if rota.names and after.sponsored_at is None:
            after = replace(after, sponsored_at=now)  # the first card comes a while after the first post
        return _turned(after, lineup, turn, now)
    if after.relief is Relief.ON and stage.relief is not Relief.ON:
        after = stage  # relief comes with the turn that needs it, so that there is one movement
    if after.layout is not stage.layout:
        lineup = lineup.showing(after.on_air, now)
    return Direction(_announced(after, stage, lineup), lineup, None, turn.due if turn else None)


def _thanked(stage: Stage, lineup: Lineup, now: datetime, rota: Rota) -> Direction:
    """While a sponsor's card stands: nothing turns until it leaves."""
    ends_at = rota.ends_at(stage.sponsor, stage.sponsored_at)
    if ends_at is not None and now < ends_at and stage.may_be_sponsored:
        return Direction(stage, lineup, None, ends_at)
    return Direction(replace(stage.unsponsored(), turned_at=now), lineup.restarted(now), None, now)


def _due_sponsor(stage: Stage, lineup: Lineup, now: datetime, rota: Rota) -> str | None:
    """Whose card comes now; None where it would stand in the way, or posts are in a hurry."""
    if not stage.may_be_sponsored or pace_of(len(lineup.waiting)) > Pace.EASY:
        return None
    return rota.due(stage.sponsor, stage.sponsored_at, now)


def _relieved(stage: Stage, lineup: Lineup, now: datetime) -> Stage:
    """Columns while a burst lasts, the spotlight again when it is over."""
    pace = pace_of(len(lineup.waiting))
    if stage.relief is Relief.OFF:
        needs = pace is Pace.CROWDED and stage.layout is Layout.SPOTLIGHT and stage.spotlight is None
        return replace(stage, layout=Layout.COLUMNS, relief=Relief.ON) if needs else stage
    if pace > Pace.EASY:
        return stage
    if stage.relief is Relief.DECLINED:
        return replace(stage, relief=Relief.OFF)
    rests = stage.calm and stage.turned_at is not None and now < stage.turned_at + timedelta(seconds=CALM_EVERY_S)
    if rests or not is_settled(lineup, PLACES[stage.layout], now):
        return stage
    return _placed(replace(stage, relief=Relief.OFF), Layout.SPOTLIGHT, now)


def _turned(stage: Stage, lineup: Lineup, turn: Turn, now: datetime) -> Direction:
    on_air = _arranged(stage, tuple(reversed(turn.keys)), stage.spotlight)
    lineup = lineup.aged(turn.aged_out).showing(on_air, now, coming=turn.keys)
    after = replace(stage, on_air=on_air, turned_at=now, aged_out=stage.aged_out + len(turn.aged_out))
    return Direction(_announced(after, stage, lineup), lineup, turn, None)


def _announced(after: Stage, before: Stage, lineup: Lineup) -> Stage:
    """With what comes next; the position moves on only together with something that can be seen."""
    coming = upcoming(lineup, PLACES[after.layout], NEXT_MAX, after.spotlight)
    after = replace(after, next=coming)
    return before if after == before else replace(after, position=lineup.position)


def _placed(stage: Stage, layout: Layout, at: datetime) -> Stage:
    return replace(stage, layout=layout, on_air=stage.on_air[: ROOM[layout]], turned_at=at)


def _arranged(stage: Stage, coming: tuple[str, ...], pinned: str | None) -> tuple[str, ...]:
    """On air with what comes in front, a pinned post before all, and no more than there is room for."""
    first = () if pinned is None else (pinned,)
    return tuple(dict.fromkeys((*first, *coming, *stage.on_air)))[: ROOM[stage.layout]]
