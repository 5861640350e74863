"""Themes: the colours of a screen, and whether the last row can read them. Pure.

Contrast is WCAG 2.2's: the ratio of two relative luminances, from 1 to 21. What is read needs 7, an edge that means
something 3. A theme of the conference's own names what it wants otherwise than the one that it begins with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

TEXT_MIN: Final = 7.0
EDGE_MIN: Final = 3.0
BLACK: Final = "#000000"
WHITE: Final = "#ffffff"
VEIL_MIN: Final = 50  # of a hundred: a picture stays behind what is said before it
STEPS: Final = 256  # as finely as a colour is written


class Theme(StrEnum):
    """The themes that are here from the start."""

    BOARD = "board"  # dark
    PAPER = "paper"  # light, for bright halls
    BREAK = "break"  # pink, for the lively minutes between talks


Colour = Annotated[str, Meta(pattern=r"^(#[0-9a-fA-F]{6})?$")]
Beside = Annotated[str, Meta(max_length=300)]  # a file beside config.toml


@dataclass(frozen=True, slots=True)
class Palette:
    """What of a theme is read, or tells something. `soft` is the second voice, `air` the one colour and a fill."""

    ground: str
    ink: str
    soft: str
    rail: str
    air: str
    air_ink: str


PALETTES: Final = {
    Theme.BOARD: Palette("#0e1f1a", "#f2f5ef", "#b7c7c0", "#7c9a90", "#f6b3c5", "#0e1f1a"),
    Theme.PAPER: Palette("#f3f6f3", "#10201b", "#3f534c", "#5e766d", "#f6b3c5", "#10201b"),
    Theme.BREAK: Palette("#f6b3c5", "#10201b", "#3b2730", "#10201b", "#10201b", "#f6b3c5"),
}
# What stands on what, and the contrast that it needs.
PAIRS: Final = (
    ("ink", "ground", TEXT_MIN),
    ("soft", "ground", TEXT_MIN),
    ("rail", "ground", EDGE_MIN),
    ("air_ink", "air", TEXT_MIN),
)


@dataclass(frozen=True, slots=True)
class OwnTheme:
    """A theme of the conference's own: what is empty is as in the one that it begins with."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    base: Theme = Theme.BOARD
    ground: Colour = ""
    ink: Colour = ""
    soft: Colour = ""
    rail: Colour = ""
    air: Colour = ""
    air_ink: Colour = ""
    logo: Beside = ""
    background: Beside = ""
    font: Beside = ""

    @property
    def palette(self) -> Palette:
        """Its colours, those that it took over too."""
        own = {each.name: getattr(self, each.name).lower() for each in fields(Palette)}
        return replace(PALETTES[self.base], **{name: colour for name, colour in own.items() if colour})

    @property
    def trouble(self) -> str:
        """Why it cannot be read, and what would do; empty where it can."""
        return trouble_of(self.palette)


def trouble_of(palette: Palette) -> str:
    """Why colours cannot be read together, and what would do; empty where they can."""
    for upper, lower, least in PAIRS:
        over, under = getattr(palette, upper), getattr(palette, lower)
        if (ratio := contrast(over, under)) >= least:
            continue
        told = f"{upper} {over} on {lower} {under} has a contrast of {_floored(ratio)}, and needs {least:g}"
        mended = nearest(over, under, least)
        return f"{told}; write {mended}" if mended else f"{told}; no colour does, so make {lower} lighter or darker"
    return ""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(one: str, other: str, share: float) -> str:
    """So much of one colour over the rest of another, as a browser lays a veil over a picture."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(over * share + under * (1 - share)):02x}" for over, under in pairs)


def nearest(colour: str, ground: str, least: float) -> str:
    """The colour nearest to one that has the contrast; empty where not even black or white has it."""
    goal = max((BLACK, WHITE), key=lambda each: contrast(each, ground))
    steps = (mixed(goal, colour, step / STEPS) for step in range(STEPS + 1))
    return next((each for each in steps if contrast(each, ground) >= least), "")


def veil(palette: Palette, shades: Sequence[str] = (BLACK, WHITE)) -> float:
    """How much of the ground has to lie over a picture, so that everything is read on it.

    `shades` are the darkest and the lightest that the picture has; without them it may show whatever it wants.
    """
    read = ((palette.ink, TEXT_MIN), (palette.soft, TEXT_MIN), (palette.rail, EDGE_MIN))

    def is_enough(share: float) -> bool:
        grounds = [mixed(palette.ground, worst, share) for worst in shades]
        return all(contrast(colour, ground) >= least for colour, least in read for ground in grounds)

    return next((step / 100 for step in range(VEIL_MIN, 101) if is_enough(step / 100)), 1.0)


def tokens(palette: Palette) -> dict[str, str]:
    """The tokens that depend on the colours. Boxes lie on the far side of the ground from the ink."""
    ground, ink = palette.ground, palette.ink
    far = BLACK if luminance(ink) > luminance(ground) else WHITE
    edge = palette.air if contrast(palette.air, ground) >= EDGE_MIN else ink
    return {
        "color-scheme": "dark" if far == BLACK else "light",
        "--ground": ground,
        "--raised": mixed(far, ground, 0.3),
        "--sunken": mixed(far, ground, 0.15),
        "--ink": ink,
        "--soft": palette.soft,
        "--line": mixed(ink, ground, 0.18),
        "--rail": palette.rail,
        "--air": palette.air,
        "--air-ink": palette.air_ink,
        "--air-edge": edge,
        "--act": ink,
        "--act-ink": ground,
        "--mark-shown": edge,
        "--focus": ink,
    }


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _floored(ratio: float) -> str:
    """Never rounded up: 6.98 is no 7."""
    return f"{int(ratio * 10) / 10:g}"
