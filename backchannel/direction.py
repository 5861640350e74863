"""Direction: the stage as the director turns it at a moment, and when to look again. Pure: time comes in as `now`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backchannel.lineup import Lineup
from backchannel.pacing import CALM_EVERY_S, Pace, Turn, is_settled, next_turn, pace_of, upcoming
from backchannel.sponsor import NO_SPONSORS, Rota
from backchannel.stage import NEXT_MAX, PLACES, WITHOUT_POSTS, Layout, Panic, Relief, Stage, arranged, placed


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
        lineup,
        PLACES[after.layout],
        now,
        calm=after.calm,
        changed_at=after.turned_at,
        pinned=after.spotlight,
        lined_up=after.lined_up,
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
    return placed(replace(stage, relief=Relief.OFF), Layout.SPOTLIGHT, now)


def _turned(stage: Stage, lineup: Lineup, turn: Turn, now: datetime) -> Direction:
    on_air = arranged(stage, tuple(reversed(turn.keys)), stage.spotlight)
    lineup = lineup.aged(turn.aged_out).showing(on_air, now, coming=turn.keys).bounded(stage.lined_up)
    after = replace(stage, on_air=on_air, turned_at=now, aged_out=stage.aged_out + len(turn.aged_out))
    return Direction(_announced(after, stage, lineup), lineup, turn, None)


def _announced(after: Stage, before: Stage, lineup: Lineup) -> Stage:
    """With what comes next; the position moves on only together with something that can be seen."""
    sure = after.on_air[: PLACES[after.layout]]
    after = replace(after, lined_up=tuple(key for key in after.lined_up if key not in sure))
    coming = upcoming(lineup, PLACES[after.layout], NEXT_MAX, after.spotlight, after.lined_up)
    after = replace(after, next=coming)
    return before if after == before else replace(after, position=lineup.position)
