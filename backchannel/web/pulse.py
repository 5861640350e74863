"""How the server itself does, for owners: the last ten minutes of the live path, sample by sample."""

from dataclasses import fields
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.admission import Admission
from backchannel.errors import Refusal
from backchannel.pulse import SAMPLE_EVERY_S, Pulse, Sample
from backchannel.roles import Command
from backchannel.web.badges import Gate
from backchannel.web.replies import Json

FIGURES: Final = tuple(each.name for each in fields(Sample) if each.name != "at")


class PulseDoor:
    """`/api/pulse`."""

    def __init__(self, pulse: Pulse, admission: Admission, gate: Gate) -> None:
        self._pulse = pulse
        self._admission = admission
        self._gate = gate

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/api/pulse", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /api/pulse?after=`: the samples after a moment, in seconds since 1970; without it all that are kept."""
        await self._gate.asking(request, Command.WATCH)
        after = _moment(request.query_params.get("after", "0"))
        samples = [each for each in self._pulse.samples if each.at.timestamp() > after]
        places = {"inside": self._admission.inside, "places": self._admission.clients, "wanted": self._admission.wanted}
        return Json({"every_s": SAMPLE_EVERY_S, **places, "samples": [sample_json(each) for each in samples]})


def sample_json(sample: Sample) -> dict[str, Any]:
    """A sample as a program reads it."""
    return {"at": sample.at.timestamp(), **{name: round(getattr(sample, name), 2) for name in FIGURES}}


def _moment(words: str) -> float:
    try:
        return float(words)
    except ValueError as error:
        raise Refusal(400, "after", "after is a moment, in seconds since 1970.") from error
