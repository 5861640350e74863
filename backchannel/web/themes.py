"""Themes of the conference's own: their sheets, pictures and fonts, read once at the start, and the door to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal, StartError
from backchannel.theme import OwnTheme, Theme, tokens, veil
from backchannel.web.parcels import FOR_EVER

PICTURES: Final = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
KINDS: Final = {"logo": PICTURES, "background": PICTURES, "font": {".woff2": "font/woff2"}}
SIZE_MAX: Final = 8 * 2**20
# A drawing may style itself, and do nothing else.
INERT: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
CAP_HEIGHT: Final = 0.668  # of our face: the floor is counted in it, whatever font a theme brings


@dataclass(frozen=True, slots=True)
class Dress:
    """What a page wears: a theme that is here from the start, and over it the sheet of one of the conference's own."""

    base: Theme
    own: str = ""
    sheet: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    kind: str
    address: str


class Themes:
    """All themes. Raises StartError for a file that is not there, is too large, or is of another kind."""

    def __init__(self, themes: Sequence[OwnTheme] = ()) -> None:
        self._files: dict[str, _File] = {}
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
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise Refusal(404, "theme_file_unknown", "There is no such file.")
        headers = {"Cache-Control": FOR_EVER}
        if found.kind == PICTURES[".svg"]:
            headers["Content-Security-Policy"] = INERT
        return Response(found.body, headers=headers, media_type=found.kind)

    def _made(self, theme: OwnTheme) -> Dress:
        parts = {part: self._read(theme, part) for part in KINDS if getattr(theme, part)}
        addresses = {part: file.address for part, file in parts.items()}
        sheet = self._kept(f"{theme.name}-theme", ".css", sheet_of(theme, addresses).encode(), "text/css")
        return Dress(theme.base, theme.name, sheet.address, addresses.get("logo", ""))

    def _read(self, theme: OwnTheme, part: str) -> _File:
        path = Path(getattr(theme, part))
        where = f"[[screen.themes]] ({theme.name}) {part}: {path}"
        suffix = path.suffix.lower()
        if suffix not in KINDS[part]:
            msg = f"{where} is no file that screens can show; write one that ends in {', '.join(KINDS[part])}"
            raise StartError(msg)
        try:
            body = path.read_bytes()
        except OSError as error:
            msg = f"{where} cannot be read ({error.strerror}); write a file beside config.toml"
            raise StartError(msg) from error
        if len(body) > SIZE_MAX:
            msg = f"{where} has {len(body) / 2**20:.0f} MB; write a file of at most {SIZE_MAX // 2**20} MB"
            raise StartError(msg)
        return self._kept(f"{theme.name}-{part}", suffix, body, KINDS[part][suffix])

    def _kept(self, stem: str, suffix: str, body: bytes, kind: str) -> _File:
        name = f"{stem}.{blake2b(body, digest_size=8).hexdigest()}{suffix}"
        self._files[name] = file = _File(body, kind, f"/themes/{name}")
        return file


def sheet_of(theme: OwnTheme, addresses: dict[str, str]) -> str:
    """The style sheet of a theme; `addresses` are those of its files, by what they are."""
    selector = f'[data-dress="{theme.name}"]'
    palette = theme.palette
    named = dict(tokens(palette))
    rules = []
    if font := addresses.get("font"):
        family = f'"dress {theme.name}"'
        rules.append(f'@font-face {{ font-family: {family}; src: url("{font}") format("woff2"); font-display: swap; }}')
        rules.append(f"{selector} .screen {{ font-size-adjust: cap-height {CAP_HEIGHT}; }}")
        named["--font-text"] = f"{family}, var(--font-fallback)"
    if picture := addresses.get("background"):
        share = f"{veil(palette):.0%}"
        cover = f"color-mix(in srgb, var(--ground) {share}, transparent)"
        shown = '.screen:not([data-layout="black"], [data-own="lower-third"])'
        layers = f'linear-gradient({cover}, {cover}), url("{picture}") center / cover'
        rules.append(f"{selector} {shown} {{ background: {layers} var(--ground); }}")
    written = " ".join(f"{name}: {value};" for name, value in named.items())
    return "\n".join([f"{selector} {{ {written} }}", *rules, ""])
