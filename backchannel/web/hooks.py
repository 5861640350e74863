"""`POST /hooks/{source}`: posts that other programs hand in, signed. No cookie and no Origin says who they are."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from anyio import fail_after
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.desk import Desk
from backchannel.errors import Refusal
from backchannel.post import Sighting
from backchannel.sources.webhook import MESSAGE_ID_MAX, UNSIGNED, UNWANTED, Webhook
from backchannel.store.base import Sightings
from backchannel.web.bodies import decoded, kind_of, whole
from backchannel.web.replies import Json, refusal_json

KEPT_WITHIN_S: Final = 10.0
ANYTHING: Final = msgspec.json.Decoder(Any)


class HookDoor:
    """Takes signed messages in. What came in a message is not taken again, however often the message comes."""

    def __init__(self, hooks: Iterable[Webhook], desk: Desk, seen: Sightings) -> None:
        self._hooks = {hook.slug: hook for hook in hooks}
        self._desk = desk
        self._seen = seen

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/hooks/{source}", self.post, methods=["POST"])]

    async def post(self, request: Request) -> Response:
        """Take a message: 202 with the keys of its posts, and by their places what was refused and why."""
        hook = self._hooks.get(request.path_params["source"])
        if hook is None:
            raise Refusal(404, "source_unknown", "There is no webhook of this name.")
        if kind_of(request) != "application/json":
            raise Refusal(415, "content_type", "Send JSON, with Content-Type application/json.")
        message_id, body = await _signed(hook, request)
        found = hook.read(decoded(body, ANYTHING), message_id)
        refused = [{"at": at, "reason": each} for at, each in enumerate(found) if isinstance(each, str)]
        hook.refuse(each for each in found if isinstance(each, str))
        if all(isinstance(each, str) and each not in UNWANTED for each in found):
            refusal = Refusal(400, "posts", "No post could be read." if refused else "There is no post in it.")
            return Json({**refusal_json(refusal), "refused": refused}, refusal.status)
        keys = await self._take(hook, [each for each in found if isinstance(each, Sighting)])
        return Json({"keys": keys, "refused": refused}, 202)

    async def _take(self, hook: Webhook, sightings: list[Sighting]) -> list[str]:
        """The keys of posts that are on disk, whether they were handed in now or before."""
        try:
            with fail_after(KEPT_WITHIN_S):
                known = await self._seen.keys(hook.name, {each.ref for each in sightings if each.ref})
                new = [each for each in sightings if each.ref not in known]
                if new:
                    await hook.post(*new)
        except TimeoutError as error:
            raise Refusal(503, "busy", "The posts could not be kept just now. Please send them again.") from error
        return [known.get(each.ref) or self._desk.key(each) for each in sightings]


async def _signed(hook: Webhook, request: Request) -> tuple[str, bytes]:
    """The id and the body of a message. Raises Refusal where nobody signed it who holds a secret."""
    body = await whole(request)
    message_id = hook.signed(body, request.headers)
    if not message_id:
        hook.refuse([UNSIGNED])
        raise Refusal(401, "signature", "No secret of this webhook signed this message within the last five minutes.")
    if len(message_id) > MESSAGE_ID_MAX:
        raise Refusal(400, "id", f"The webhook-id has more than {MESSAGE_ID_MAX} characters.")
    return message_id, body
