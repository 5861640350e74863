"""Parcels: a page's scripts in one file, its style sheets in another: the desk asks for two things, not for a hundred.

They are put together once in a process, out of the files in `static/`, which stay as they are: there is no build.
A parcel's address names its content, so that a browser which has it never asks again. A script in another language than
English is another parcel: it is told what the catalogue has for the words that stand in it.
"""

import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.web.catalogues import ENGLISH, SOURCE, Tongue, known_tags, tongue

BARE: Final = ("tokens.css", "post.css")
WALL: Final = ("screen/columns.css", "screen/spotlight.css", "screen/third.css")
PHONE: Final = "now list buttons tabs write mine door languages reactions runner account questions frame"


def _desk(parts: str, *besides: str) -> tuple[str, ...]:
    """The sheets of a page of the desk: those of all, and some parts in the order in which they overrule each other."""
    return (*BARE, "fonts.css", "console.css", *besides, *(f"console/{part}.css" for part in parts.split()))


SHEETS: Final[Mapping[str, Sequence[str]]] = {
    "phone.css": (*BARE, "phone.css", *(f"phone/{part}.css" for part in PHONE.split())),
    "cards.css": (*BARE, "cards.css"),
    "speaker.css": (*BARE, "fonts.css", "speaker.css"),
    "digest.css": (*BARE, "fonts.css", "digest.css"),
    "screen.css": (
        *BARE,
        "fonts.css",
        "screen.css",
        *WALL,
        "screen/board.css",
        "screen/questions.css",
        "screen/sponsor.css",
        "screen/portrait.css",
    ),
    "calibration.css": (*BARE, "fonts.css", "screen.css", "screen/calibration.css"),
    "console.css": _desk(
        "gauge cards copies remarks many swipe reasons mute beside hall preview panic nothing keys stale rights preset"
        " sieve widths",
        *WALL,
    ),
    "people.css": _desk("cards panic gauge keys stale rights preset widths people"),
    "pulse.css": _desk("cards panic gauge keys stale rights preset widths pulse", "../vendor/uplot/uPlot.min.css"),
    "record.css": _desk("cards panic gauge nothing keys stale rights preset widths record remarks mirror"),
    "screens.css": _desk("cards panic gauge keys stale rights preset widths people screens"),
    "rules.css": _desk("cards panic gauge nothing keys stale rights widths record mirror preset rules"),
}
SCRIPTS: Final = frozenset(
    {
        "calibration.js",
        "console.js",
        "embed.js",
        "join.js",
        "people.js",
        "phone.js",
        "pulse.js",
        "record.js",
        "rules.js",
        "runner.js",
        "screen.js",
        "screens.js",
        "speaker.js",
    }
)
SAYS: Final = "tongue.js"
FOR_EVER: Final = "public, max-age=31536000, immutable"
KINDS: Final = {".js": "text/javascript", ".css": "text/css"}

# Our own files keep one form, which biome writes; what does not is refused by `_wrapped`.
_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_WHOLE: Final = re.compile(r'^import \* as (\w+) from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?function (\w+)|class (\w+)|const (\w+))", re.MULTILINE)
_COMMENT: Final = re.compile(
    r"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n|^[ \t]*//[^\n]*\n|/\*\* @type [^*]*\*/ ?|[ \t]+// [^\n\"'`]*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file as it is sent."""

    name: str
    text: str
    packed: bytes = field(repr=False)
    language: str = SOURCE

    @property
    def address(self) -> str:
        """Where it stands: another content has another address."""
        stem, _, kind = self.name.rpartition(".")
        stem = stem if self.language == SOURCE else f"{stem}.{self.language}"
        return f"/parcels/{stem}.{blake2b(self.text.encode(), digest_size=8).hexdigest()}.{kind}"


class Parcels:
    """All parcels, and the door to them."""

    def __init__(self, static: Path) -> None:
        self._static = static

    def address(self, name: str, tongue: Tongue = ENGLISH) -> str:
        """The address of a parcel, for pages."""
        return _parcel(self._static, name, tongue.tag if name in SCRIPTS else SOURCE).address

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/parcels/{name}", self.give)]

    async def give(self, request: Request) -> Response:
        """`GET /parcels/{name}`: a page from before this server's start gets what there is now, and keeps it not."""
        asked = str(request.path_params["name"])
        stem, *between, kind = asked.split(".") if "." in asked else (asked, "")
        name, language = f"{stem}.{kind}", between[0] if len(between) > 1 else SOURCE
        if (name not in SHEETS and name not in SCRIPTS) or language not in known_tags():
            raise Refusal(404, "parcel_unknown", "There is no such file.")
        parcel = _parcel(self._static, name, language)
        is_its_own = parcel.address.endswith(f"/{asked}")
        headers = {"Cache-Control": FOR_EVER if is_its_own else "no-cache", "Vary": "Accept-Encoding"}
        kind = KINDS[f".{parcel.name.rpartition('.')[2]}"]
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(parcel.text, headers=headers, media_type=kind)
        return Response(parcel.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)


@cache
def _parcel(static: Path, name: str, language: str) -> Parcel:
    text = sheet(static / "css", SHEETS[name]) if name in SHEETS else script(static / "js" / name, tongue(language))
    return Parcel(name, text, gzip.compress(text.encode(), 9), language)


def sheet(folder: Path, files: Sequence[str]) -> str:
    """Style sheets one after the other."""
    return "".join(_COMMENT.sub("", (folder / name).read_text(encoding="utf-8")) for name in files)


def script(entry: Path, tongue: Tongue = ENGLISH) -> str:
    """A module and all that it imports as one script: each in a scope of its own, those first that others need.

    Right after the module that says words comes what it has to learn of a language.

    Raises ValueError for a form of import or export that it does not know.
    """
    wrapped: dict[Path, str] = {}
    _wrap(entry.resolve(), wrapped, ())
    words = tongue.learning("".join(wrapped.values()))
    for number, path in enumerate(wrapped):
        if path.name == SAYS and words:
            wrapped[path] += f"_{number}.learn({words});\n"
    return "".join(wrapped.values())


def _wrap(module: Path, wrapped: dict[Path, str], importers: tuple[Path, ...]) -> None:
    if module in importers:
        msg = f"{module.name} imports itself by way of others"
        raise ValueError(msg)
    text = module.read_text(encoding="utf-8")
    for _, name in (*_IMPORT.findall(text), *_WHOLE.findall(text)):
        needed = (module.parent / name).resolve()
        if needed not in wrapped:
            _wrap(needed, wrapped, (*importers, module))
    wrapped[module] = _wrapped(module, text, {path: number for number, path in enumerate(wrapped)})


def _wrapped(module: Path, text: str, numbers: Mapping[Path, int]) -> str:
    def taken(found: re.Match[str]) -> str:
        names = re.sub(r"\bas\b", ":", found[1]).replace("\n", " ")
        return f"const {{{names}}} = _{numbers[(module.parent / found[2]).resolve()]};\n"

    def taken_whole(found: re.Match[str]) -> str:
        return f"const {found[1]} = _{numbers[(module.parent / found[2]).resolve()]};\n"

    told = [name for names in _EXPORT.findall(text) for name in names if name]
    body = _EXPORT.sub("", _WHOLE.sub(taken_whole, _IMPORT.sub(taken, _COMMENT.sub("", text))))
    if left := re.search(r"^(?:import|export)\b.*", body, re.MULTILINE):
        msg = f"{module.name}: {left[0]!r} cannot go into a parcel"
        raise ValueError(msg)
    return f"const _{len(numbers)} = (() => {{\n{body}return {{ {', '.join(told)} }};\n}})();\n"
