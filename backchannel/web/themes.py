"""Themes of the conference's own: their sheets, pictures and fonts, read once at the start, and the door to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import StartError
from backchannel.media.shades import shades
from backchannel.theme import BLACK, WHITE, OwnTheme, Theme, tokens, veil
from backchannel.web.beside import PICTURES, Beside, beside, given, named

KINDS: Final = {"logo": PICTURES, "background": PICTURES, "font": {".woff2": "font/woff2"}}
ANY: Final = (BLACK, WHITE)  # what a picture may show of which nothing is known
CAP_HEIGHT: Final = 0.668  # of our face: the floor is counted in it, whatever font a theme brings


@dataclass(frozen=True, slots=True)
class Dress:
    """What a page wears: a theme that is here from the start, and over it the sheet of one of the conference's own."""

    base: Theme
    own: str = ""
    sheet: str = ""
    logo: str = ""


class Themes:
    """All themes. Raises StartError for a file that is not there, is too large, or is of another kind."""

    def __init__(self, themes: Sequence[OwnTheme] = ()) -> None:
        self._files: dict[str, Beside] = {}
        self._dresses = {str(theme): Dress(theme) for theme in Theme}
        for theme in themes:
            self._dresses[theme.name] = self._made(theme)

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called."""
        return tuple(self._dresses)

    def dress(self, name: str) -> Dress:
        """What a page in this theme wears."""
        return self._dresses[name]

    @property
    def sheets(self) -> tuple[str, ...]:
        """The addresses of all sheets, for a page that shows screens in small."""
        return tuple(dress.sheet for dress in self._dresses.values() if dress.sheet)

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/themes/{name}", self.give)]

    async def give(self, request: Request) -> Response:
        """`GET /themes/{name}`: a file of a theme; its address names its content."""
        return given(self._files, request.url.path)

    def _made(self, theme: OwnTheme) -> Dress:
        parts = {part: self._read(theme, part) for part in KINDS if getattr(theme, part)}
        addresses = {part: file.address for part, file in parts.items()}
        shown = self._shades(theme, parts["background"]) if "background" in parts else ANY
        sheet = named(sheet_of(theme, addresses, shown).encode(), "text/css", f"/themes/{theme.name}-theme", ".css")
        self._files[sheet.address] = sheet
        return Dress(theme.base, theme.name, sheet.address, addresses.get("logo", ""))

    def _shades(self, theme: OwnTheme, file: Beside) -> tuple[str, str]:
        """Between what shades a background lies; a drawing is not looked at, and may have all."""
        if file.kind == PICTURES[".svg"]:
            return ANY
        try:
            return shades(file.body)
        except ValueError as error:
            msg = f"{where_of(theme, 'background')}: {theme.background} {error}"
            raise StartError(msg) from error

    def _read(self, theme: OwnTheme, part: str) -> Beside:
        file = beside(getattr(theme, part), KINDS[part], where_of(theme, part), f"/themes/{theme.name}-{part}")
        self._files[file.address] = file
        return file


def where_of(theme: OwnTheme, part: str) -> str:
    """Where in the settings a file of a theme is named."""
    return f"[[screen.themes]] ({theme.name}) {part}"


def sheet_of(theme: OwnTheme, addresses: dict[str, str], shown: tuple[str, str] = ANY) -> str:
    """The style sheet of a theme; `addresses` are those of its files, by what they are.

    `shown` are the darkest and the lightest shade of its background.
    """
    selector = f'[data-dress="{theme.name}"]'
    palette = theme.palette
    values = dict(tokens(palette))
    rules = []
    if font := addresses.get("font"):
        family = f'"dress {theme.name}"'
        rules.append(f'@font-face {{ font-family: {family}; src: url("{font}") format("woff2"); font-display: swap; }}')
        rules.append(f"{selector} .screen {{ font-size-adjust: cap-height {CAP_HEIGHT}; }}")
        values["--font-text"] = f"{family}, var(--font-fallback)"
    if picture := addresses.get("background"):
        share = f"{veil(palette, shown):.0%}"
        cover = f"color-mix(in srgb, var(--ground) {share}, transparent)"
        screens = '.screen:not([data-layout="black"], [data-own="lower-third"])'
        layers = f'linear-gradient({cover}, {cover}), url("{picture}") center / cover'
        rules.append(f"{selector} {screens} {{ background: {layers} var(--ground); }}")
    written = " ".join(f"{name}: {value};" for name, value in values.items())
    return "\n".join([f"{selector} {{ {written} }}", *rules, ""])
