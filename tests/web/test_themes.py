import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from backchannel.errors import StartError
from backchannel.theme import OwnTheme, Theme
from backchannel.web.beside import SIZE_MAX
from backchannel.web.themes import Dress, Themes
from tests.served import made_config, served

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h2v1H0z"/></svg>'


def photo(colour: str = "#204060", spot: str = "") -> bytes:
    """A picture of one colour, with a spot as large as a letter."""
    made = Image.new("RGB", (960, 540), colour)
    if spot:
        made.paste(spot, (450, 250, 470, 270))
    written = BytesIO()
    made.save(written, "PNG")
    return written.getvalue()


def test_a_theme_from_the_start_needs_no_sheet() -> None:
    assert Themes().dress("paper") == Dress(Theme.PAPER)
    assert Themes().sheets == ()


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("logo.svg", None, "cannot be read (No such file or directory)"),
        ("logo.gif", b"GIF89a", "is no file that screens can show; write one that ends in .svg, .png"),
        ("logo.png", bytes(SIZE_MAX + 1), "has 8 MB; write a file of at most 8 MB"),
        ("logo.png", LOGO, "logo.png does not hold what its name says; write a file that does, with one of .svg, .png"),
    ],
)
def test_a_file_that_no_screen_can_show_stops_the_start(
    tmp_path: Path, name: str, body: bytes | None, told: str
) -> None:
    if body is not None:
        (tmp_path / name).write_bytes(body)
    with pytest.raises(StartError, match=re.escape(told)):
        Themes([OwnTheme("house", logo=str(tmp_path / name))])


@pytest.mark.parametrize(
    ("size", "kept", "told"),
    [
        ((960, 540), 40, "holds no picture that can be read; save it again as .png, .jpg or .webp"),
        ((8000, 5001), None, "has 8000 by 5001 pixels; make it smaller"),
    ],
)
def test_a_background_that_no_browser_can_show_stops_the_start(
    tmp_path: Path, size: tuple[int, int], kept: int | None, told: str
) -> None:
    wall = tmp_path / "wall.png"
    Image.new("1", size).save(wall)
    wall.write_bytes(wall.read_bytes()[:kept])
    with pytest.raises(StartError, match=re.escape(f"[[screen.themes]] (house) background: {wall} {told}")):
        Themes([OwnTheme("house", background=str(wall))])


@pytest.mark.parametrize(
    ("base", "picture", "veils"),
    [
        (Theme.BOARD, {"colour": "#0a1a14"}, range(50, 51)),
        (Theme.BOARD, {"colour": "#ffffff"}, range(80, 100)),
        (Theme.BOARD, {"colour": "#0a1a14", "spot": "#ffffff"}, range(80, 100)),
        (Theme.PAPER, {"colour": "#ffffff"}, range(50, 51)),
        (Theme.PAPER, {"colour": "#000000"}, range(60, 100)),
        (Theme.BREAK, {"colour": "#888888", "spot": "#000000"}, range(60, 100)),
    ],
)
async def test_a_picture_behind_everything_has_a_veil_as_thick_as_its_shades_ask_for(
    tmp_path: Path, base: Theme, picture: dict[str, str], veils: range
) -> None:
    (tmp_path / "wall.png").write_bytes(photo(**picture))
    themes = Themes([OwnTheme("house", base=base, background=str(tmp_path / "wall.png"))])
    sheet = themes._files[themes.dress("house").sheet].body.decode()
    found = re.search(r"var\(--ground\) (\d+)%, transparent", sheet)
    assert found is not None
    assert int(found[1]) in veils


async def test_a_hall_wears_its_own_theme_with_its_logo_font_and_picture(tmp_path: Path) -> None:
    files = {"logo": "logo.svg", "background": "wall.png", "font": "house.woff2"}
    held = {"logo.svg": LOGO, "wall.png": photo(), "house.woff2": b"wOF2 and more"}
    for name, body in held.items():
        (tmp_path / name).write_bytes(body)
    theme = {"name": "house", "base": "paper", "air": "#ffd166"}
    theme |= {part: str(tmp_path / name) for part, name in files.items()}
    halls = [{"slug": "main", "name": "Main hall", "theme": "house"}, {"slug": "foyer", "name": "Foyer"}]
    async with served(made_config(tmp_path, halls=halls, screen={"themes": [theme]})) as house:
        page = (await house.client.get("/screen")).text
        assert 'data-theme="paper" data-dress="house"' in page
        sheet = re.search(r'href="(/themes/house-theme\.[0-9a-f]+\.css)"', page)
        assert sheet is not None
        style = await house.client.get(sheet[1])
        assert style.headers["content-type"].startswith("text/css")
        assert "--air: #ffd166;" in style.text
        assert "--ground: #f3f6f3;" in style.text
        given = [(await house.client.get(address)).content for address in re.findall(r'url\("([^"]+)"\)', style.text)]
        assert given == [held["house.woff2"], held["wall.png"]]
        logo = re.search(r'<img class="screen-logo" src="([^"]+)" alt="">', page)
        assert logo is not None
        drawn = await house.client.get(logo[1])
        assert drawn.headers["content-type"] == "image/svg+xml"
        assert "sandbox" in drawn.headers["content-security-policy"]
        assert (await house.client.get("/themes/house-logo.svg")).status_code == 404
        foyer = (await house.client.get("/screen/foyer")).text
        assert 'data-theme="board"' in foyer
        assert "data-dress" not in foyer
        assert 'data-dress="house"' in (await house.client.get("/screen/foyer?theme=house")).text
        assert 'data-dress="house"' in (await house.client.get("/calibration?theme=house")).text
        desk = (await house.client.get("/console", headers=await house.badge())).text
        assert 'data-hall="main" data-wears="paper house"' in desk
        assert sheet[1] in desk
