"""Files that lie beside config.toml and that screens show: read once at the start, and given by what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from starlette.responses import Response

from backchannel.errors import Refusal, StartError
from backchannel.web.parcels import FOR_EVER

PICTURES: Final = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
# What a file of each kind begins with; a drawing is text.
BEGINS: Final = {
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".webp": b"RIFF",
    ".woff2": b"wOF2",
}
SIZE_MAX: Final = 8 * 2**20
# A drawing may style itself, and do nothing else.
INERT: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True)
class Beside:
    """A file, what it is, and the address that names its content."""

    body: bytes
    kind: str
    address: str


def beside(place: str, kinds: Mapping[str, str], where: str, stem: str) -> Beside:
    """A file of one of these kinds. Raises StartError, which says `where` it is named, for every other."""
    path = Path(place)
    suffix = path.suffix.lower()
    if suffix not in kinds:
        msg = f"{where}: {path} is no file that screens can show; write one that ends in {', '.join(kinds)}"
        raise StartError(msg)
    try:
        body = path.read_bytes()
    except OSError as error:
        msg = f"{where}: {path} cannot be read ({error.strerror}); write a file beside config.toml"
        raise StartError(msg) from error
    if len(body) > SIZE_MAX:
        msg = f"{where}: {path} has {len(body) / 2**20:.0f} MB; write a file of at most {SIZE_MAX // 2**20} MB"
        raise StartError(msg)
    if not body.startswith(BEGINS.get(suffix, b"")):
        msg = (
            f"{where}: {path} does not hold what its name says; write a file that does, with one of {', '.join(kinds)}"
        )
        raise StartError(msg)
    return named(body, kinds[suffix], stem, suffix)


def named(body: bytes, kind: str, stem: str, suffix: str) -> Beside:
    """A file whose address says what it holds: another content has another one."""
    return Beside(body, kind, f"{stem}.{blake2b(body, digest_size=8).hexdigest()}{suffix}")


def given(files: Mapping[str, Beside], address: str) -> Response:
    """One of the files, to be kept for ever."""
    if (file := files.get(address)) is None:
        raise Refusal(404, "file_unknown", "There is no such file.")
    headers = {"Cache-Control": FOR_EVER}
    if file.kind == PICTURES[".svg"]:
        headers["Content-Security-Policy"] = INERT
    return Response(file.body, headers=headers, media_type=file.kind)
