"""The stage: what a hall shows now and next, as one versioned value, and every way people turn it. Pure.

Moderators and hosts choose the layout, calm, a pinned post, what comes next and the panic level; the director turns the
rest. At a panic level the director does nothing; a post that may no longer be shown leaves whatever the level.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

ON_AIR_MAX: Final = 8
NEXT_MAX: Final = 3
LINED_UP_MAX: Final = 8


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

    `lined_up` is what somebody wants next, first first: it comes before all that waits, until it comes on air.
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
    lined_up: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every post that it names, once."""
        pinned = () if self.spotlight is None else (self.spotlight,)
        return tuple(dict.fromkeys((*pinned, *self.on_air, *self.next, *self.lined_up)))

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
            lined_up=tuple(key for key in self.lined_up if key in shown),
        )

    def without(self, dropped: Set[str]) -> "Stage":
        """After posts were taken back."""
        return self.only(set(self.keys) - dropped)

    def laid_out(self, layout: Layout, at: datetime) -> "Stage":
        """In the layout that a moderator chose."""
        if layout is self.layout:
            return replace(self, relief=Relief.OFF) if layout is Layout.COLUMNS else self
        declined = self.relief is Relief.ON and layout is Layout.SPOTLIGHT
        return placed(replace(self.unsponsored(), relief=Relief.DECLINED if declined else Relief.OFF), layout, at)

    def pinned(self, key: str | None, at: datetime) -> "Stage":
        """With a post pinned, at once on air, or with none."""
        if key == self.spotlight:
            return self
        if key is None:
            return replace(self, spotlight=None)
        on_air = arranged(self, (key,), key)
        return replace(
            self.unsponsored(),
            spotlight=key,
            on_air=on_air,
            next=tuple(each for each in self.next if each != key),
            lined_up=tuple(each for each in self.lined_up if each != key),
            turned_at=at,
        )

    def lining_up(self, keys: Sequence[str]) -> "Stage":
        """With these to come next, in this order; what stands in a sure place is there already."""
        there = {self.spotlight, *self.on_air[: PLACES[self.layout]]}
        wanted = tuple(dict.fromkeys(key for key in keys if key not in there))[:LINED_UP_MAX]
        others = (key for key in self.next if key not in self.lined_up)
        return replace(self, lined_up=wanted, next=tuple(dict.fromkeys((*wanted, *others)))[:NEXT_MAX])

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
            "lined_up": self.lined_up,
            "aged_out": self.aged_out,
            "sponsors": self.sponsors,
            "sponsor": self.sponsor if self.is_sponsored else None,
        }


def placed(stage: Stage, layout: Layout, at: datetime) -> Stage:
    """In another layout, with no more on air than there is room for."""
    return replace(stage, layout=layout, on_air=stage.on_air[: ROOM[layout]], turned_at=at)


def arranged(stage: Stage, coming: tuple[str, ...], pinned: str | None) -> tuple[str, ...]:
    """On air with what comes in front, a pinned post before all, and no more than there is room for."""
    first = () if pinned is None else (pinned,)
    return tuple(dict.fromkeys((*first, *coming, *stage.on_air)))[: ROOM[stage.layout]]
