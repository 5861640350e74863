"""Our own files as browsers ask for them: a page of the desk asks for a hundred at once."""

import gzip
from dataclasses import dataclass
from os import PathLike, fspath, stat_result
from pathlib import Path
from stat import S_ISREG
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

PRESSED: Final = ("text/", "application/javascript", "application/json", "application/manifest", "image/svg")


@dataclass(frozen=True, slots=True)
class _Pressed:
    """What a file held when it had this ETag, pressed small."""

    etag: str
    body: bytes


class Static(StaticFiles):
    """The files of a folder; browsers keep them and ask whether they changed. Words are read and pressed once."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._pressed: dict[str, _Pressed] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The answer to a request; where a file lies is asked at once, since no thread is as quick as the disk."""
        try:
            place, found = self.lookup_path(path)
        except (OSError, ValueError):
            place, found = "", None
        if found is None or not S_ISREG(found.st_mode) or scope["method"] != "GET":
            return await super().get_response(path, scope)
        return self.file_response(place, found, scope)

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file, with its ETag."""
        whole = FileResponse(full_path, status_code=status_code, stat_result=stat_result)
        whole.headers["Cache-Control"] = "no-cache"
        asked = Headers(scope=scope)
        if self.is_not_modified(whole.headers, asked):
            return NotModifiedResponse(whole.headers)
        is_whole = scope["method"] != "GET" or "range" in asked or "gzip" not in asked.get("accept-encoding", "")
        if is_whole or not (whole.media_type or "").startswith(PRESSED):
            return whole
        return self._small(fspath(full_path), whole.headers)

    def _small(self, place: str, headers: Headers) -> Response:
        etag = headers["etag"]
        kept = self._pressed.get(place)
        if kept is None or kept.etag != etag:
            kept = self._pressed[place] = _Pressed(etag, gzip.compress(Path(place).read_bytes(), mtime=0))
        told = {name: value for name, value in headers.items() if name not in {"content-length", "accept-ranges"}}
        return Response(kept.body, headers=told | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
