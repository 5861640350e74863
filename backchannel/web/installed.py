"""What makes of the phone's page one that can be installed: its manifest, and a worker for when there is no network."""

from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.web.replies import Json

ICONS: Final = ((192, "any"), (512, "any"), (512, "maskable"))
WORKER: Final = "js/worker.js"


class InstalledDoor:
    """`/manifest.webmanifest` and `/worker.js`."""

    def __init__(self, static: Path, conference: Any) -> None:
        self._worker = (static / WORKER).read_text(encoding="utf-8")
        self._conference = conference

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/manifest.webmanifest", self.manifest), Route("/worker.js", self.worker)]

    async def manifest(self, request: Request) -> Response:
        """`GET /manifest.webmanifest`: how the page is called and looks among other apps."""
        told = {
            "name": self._conference.name,
            "short_name": f"#{self._conference.hashtags[0]}",
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "icons": [
                {"src": f"/static/icon-{size}.png", "type": "image/png", "sizes": f"{size}x{size}", "purpose": purpose}
                for size, purpose in ICONS
            ],
        }
        answer = Json(told, headers={"Cache-Control": "no-cache"})
        answer.headers["Content-Type"] = "application/manifest+json"
        return answer

    async def worker(self, request: Request) -> Response:
        """`GET /worker.js`: it stands at the root, since a worker sees only what is beneath it."""
        return Response(self._worker, headers={"Cache-Control": "no-cache"}, media_type="text/javascript")
