import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backchannel.theme import (
    EDGE_MIN,
    PAIRS,
    PALETTES,
    TEXT_MIN,
    OwnTheme,
    Palette,
    Theme,
    contrast,
    mixed,
    nearest,
    tokens,
    trouble_of,
    veil,
)

TOKENS = Path(__file__).parents[1] / "static/css/tokens.css"
colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
few = settings(max_examples=60)


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")
    assert contrast("#3f534c", "#f3f6f3") == pytest.approx(7.6, abs=0.05)


@pytest.mark.parametrize("theme", Theme)
def test_the_shipped_themes_can_be_read_and_are_those_of_the_style_sheet(theme: Theme) -> None:
    assert trouble_of(PALETTES[theme]) == ""
    written = TOKENS.read_text().split(f'[data-theme="{theme}"]')[1].split("}")[0]
    for each in fields(Palette):
        token = each.name.replace("_", "-")
        assert re.search(rf"--{token}: ({getattr(PALETTES[theme], each.name)});", written), token


def test_what_a_theme_leaves_out_is_as_in_the_one_that_it_begins_with() -> None:
    own = OwnTheme("pink11", Theme.PAPER, air="#C42B12", air_ink="#ffffff")
    assert own.palette.ground == PALETTES[Theme.PAPER].ground
    assert own.palette.air == "#c42b12"


def test_what_cannot_be_read_is_named_with_what_would_do() -> None:
    white = OwnTheme("pink11", ground="#ffffff", ink="#ffffff").trouble
    assert white == "ink #ffffff on ground #ffffff has a contrast of 1, and needs 7; write #595959"
    grey = OwnTheme("pink11", ground="#777777", ink="#ffffff").trouble
    assert grey == (
        "ink #ffffff on ground #777777 has a contrast of 4.4, and needs 7; "
        "no colour does, so make ground lighter or darker"
    )
    assert OwnTheme("pink11", rail="#0f201b").trouble.startswith("rail #0f201b on ground #0e1f1a has a contrast of 1, ")
    assert OwnTheme("pink11").trouble == ""


@few
@given(colours, colours, st.sampled_from((TEXT_MIN, EDGE_MIN)))
def test_the_colour_that_would_do_does_and_one_that_does_is_left_as_it_is(
    colour: str, ground: str, least: float
) -> None:
    mended = nearest(colour, ground, least)
    if contrast(colour, ground) >= least:
        assert mended == colour
    elif mended:
        assert contrast(mended, ground) >= least
    else:
        assert max(contrast("#000000", ground), contrast("#ffffff", ground)) < least


@few
@given(colours, st.sampled_from(Theme))
def test_whatever_a_picture_shows_words_can_be_read_over_its_veil(pixel: str, theme: Theme) -> None:
    palette = PALETTES[theme]
    for shades in (("#000000", "#ffffff"), (pixel, pixel)):
        ground = mixed(palette.ground, pixel, veil(palette, shades))
        assert min(contrast(palette.ink, ground), contrast(palette.soft, ground)) >= TEXT_MIN
        assert contrast(palette.rail, ground) >= EDGE_MIN


@few
@given(colours, colours, colours)
def test_words_in_a_box_can_be_read_where_they_can_be_read_on_the_ground(ground: str, ink: str, soft: str) -> None:
    ink, soft = (nearest(each, ground, TEXT_MIN) for each in (ink, soft))
    assume(ink and soft)
    palette = Palette(ground, ink, soft, ink, ground, ink)
    assert trouble_of(palette) == ""
    written = tokens(palette)
    for box in (written["--raised"], written["--sunken"]):
        assert min(contrast(ink, box), contrast(soft, box)) >= TEXT_MIN
    assert contrast(written["--air-edge"], ground) >= EDGE_MIN


def test_every_pair_is_of_colours_that_a_theme_names() -> None:
    assert {name for upper, lower, _ in PAIRS for name in (upper, lower)} == {each.name for each in fields(Palette)}
