"""Questions to who speaks: their list for phones and programs, votes, and how far each has come."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
import structlog
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.ballots import BallotBox
from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.poll import Asked, Ballot, Cast, Poll, Sort
from backchannel.polls import Polls
from backchannel.programme import Session
from backchannel.question import State
from backchannel.roles import Command
from backchannel.store.base import Bound, Questions, Votes
from backchannel.updates import VOTES
from backchannel.web.asking import AskingBlocks
from backchannel.web.badges import Gate
from backchannel.web.bodies import form_of, kind_of, read
from backchannel.web.programme import session_json
from backchannel.web.replies import Json, refusal_json
from backchannel.web.tongues import tongue_of
from backchannel.web.wicket import Knock
from backchannel.wording import spoken

Key = Annotated[str, Meta(min_length=1, max_length=100)]
UNKNOWN: Final = spoken("This question is no longer on the list: it was taken back, or never was.")
NAMELESS_VOTE: Final = spoken("This phone has just been given a name for its votes. Please vote once more.")

log = structlog.get_logger()


class VoteRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /questions/{key}/vote`: a vote, or its undoing."""

    up: bool


class StateRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/questions/{key}/state`."""

    state: State


class MergeRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/questions/{key}/merge`: the question that stands for both from then on."""

    into: Key


BALLOTS: Final = msgspec.json.Decoder(VoteRequest)
STATES: Final = msgspec.json.Decoder(StateRequest)
MERGERS: Final = msgspec.json.Decoder(MergeRequest)


class QuestionsDoor:
    """`/questions`, `/api/halls/{hall}/questions` and `/api/questions/{key}`."""

    def __init__(
        self,
        questions: Questions,
        votes: Votes,
        box: BallotBox,
        polls: Polls,
        blocks: AskingBlocks,
        hub: Hub,
        gate: Gate,
        halls: Mapping[str, Any],
    ) -> None:
        self._questions = questions
        self._votes = votes
        self._box = box
        self._polls = polls
        self._blocks = blocks
        self._hub = hub
        self._gate = gate
        self._halls = halls

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/questions/{key}/vote", self.vote, methods=["POST"]),
            Route("/questions", self.block),
            Route("/api/halls/{hall}/questions", self.show),
            Route("/api/questions/{key}/state", self.mark, methods=["POST"]),
            Route("/api/questions/{key}/merge", self.merge, methods=["POST"]),
        ]

    def knocks(self) -> list[Knock]:
        """What a whole hall sends at once."""
        return [Knock("/questions/{}/vote", BALLOTS, self._counted)]

    async def block(self, request: Request) -> Response:
        """`GET /questions`: a phone's list anew, what its device voted for, and in how many seconds to look again."""
        is_kiosk = "kiosk" in request.query_params
        hall = self._blocks.hall(request.query_params.get("hall", ""))
        block = await self._blocks.block(hall, sort_of(request), tongue_of(request), is_kiosk=is_kiosk)
        device = "" if is_kiosk else self._gate.device(request)
        voted = await self._votes.voted(device, block.keys) if device and block.keys else frozenset()
        answer = {"html": str(block.html), "again_in_s": block.again_in_s, "voted": sorted(voted)}
        return Json(answer, headers={"Cache-Control": "no-store"})

    async def vote(self, request: Request) -> Response:
        """`POST /questions/{key}/vote`: one a device; a form goes back to the list, JSON is told what became of it."""
        self._gate.check_page(request)
        key = request.path_params["key"]
        if kind_of(request) == "application/json":
            up = (await read(request, BALLOTS)).up
            if not (device := self._gate.device(request)):
                return self._welcomed(Json(refusal_json(_nameless(), tongue_of(request)), 409))
            return Json(await self._counted(key, VoteRequest(up), device))
        async with form_of(request, part_max=1024) as form:
            wish, hall, sort = (str(form.get(name, "")) for name in ("up", "hall", "sort"))
        back = RedirectResponse(_list_address(self._blocks.hall(hall), sort), 303)
        if not (device := self._gate.device(request)):
            back = RedirectResponse(_list_address(self._blocks.hall(hall), sort, "nameless"), 303)
            return self._welcomed(back)
        await self._cast(Ballot(key, device, up=wish != "0"))
        return back

    async def show(self, request: Request) -> Response:
        """`GET /api/halls/{hall}/questions`: what is asked there now, or was in another session."""
        hall, wanted = self._hall(request), request.query_params.get("session")
        session = self._polls.session(hall) if wanted is None else self._polls.find(wanted)
        if wanted is not None and session is None:
            raise Refusal(404, "session_unknown", "There is no such session in the programme.")
        poll = await self._polls.of(hall, session.id if session else "")
        return Json(poll_json(poll, session, sort_of(request)), headers={"Cache-Control": "no-store"})

    async def mark(self, request: Request) -> Response:
        """`POST …/state`: take a question up, mark it answered, or put it back among the open ones."""
        badge = await self._gate.commanding(request, Command.PICK)
        key, state = request.path_params["key"], (await read(request, STATES)).state
        bound = await self._questions.mark(key, state, badge.name, self._polls.now)
        log.info("question marked", key=key, by=badge.name, state=state)
        return self._told(bound, UNKNOWN)

    async def merge(self, request: Request) -> Response:
        """`POST …/merge`: let another question stand for this one; restoring it undoes that."""
        badge = await self._gate.commanding(request, Command.DECIDE)
        key, into = request.path_params["key"], (await read(request, MERGERS)).into
        bound = await self._questions.merge(key, into, badge.name, self._polls.now)
        log.info("questions merged", key=key, into=into, by=badge.name)
        return self._told(bound, "Only two questions that wait or are shown can be merged.")

    async def _counted(self, key: str, wish: VoteRequest, device: str) -> dict[str, Any]:
        return {"key": await self._cast(Ballot(key, device, wish.up)), "voted": wish.up}

    async def _cast(self, ballot: Ballot) -> str:
        counted = await self._box.cast(ballot)
        if counted.outcome is Cast.UNKNOWN:
            raise Refusal(404, "question_unknown", UNKNOWN)
        return counted.key

    def _welcomed(self, response: Response) -> Response:
        self._gate.welcome(response)
        return response

    def _told(self, bound: Bound, otherwise: str) -> Response:
        post = bound.post
        if post is None or post.question is None:
            raise Refusal(404, "question_unknown", otherwise)
        self._hub.wake({*bound.streams, VOTES})
        return Json({"key": post.key, "state": post.question.state, "similar": post.similar})

    def _hall(self, request: Request) -> str:
        hall = str(request.path_params["hall"])
        if hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        return hall


def sort_of(request: Request) -> Sort:
    """The order that is wanted: what is most wanted first, unless told otherwise."""
    return Sort.NEWEST if request.query_params.get("sort") == Sort.NEWEST else Sort.VOTES


def asked_json(asked: Asked) -> dict[str, Any]:
    """A question as everybody may read it."""
    post, question = asked.post, asked.question
    return {
        "key": post.key,
        "text": post.content.text,
        "language": post.content.language,
        "askers": asked.askers,
        "votes": asked.votes,
        "state": question.state,
        "state_at": question.at,
        "hall": question.hall,
        "asked_at": post.received_at,
        "answers": [
            {"key": each.key, "by": each.content.author.name, "text": each.content.text} for each in asked.answers
        ],
    }


def poll_json(poll: Poll, session: Session | None, sort: Sort = Sort.VOTES) -> dict[str, Any]:
    """The questions of a hall's session: the one that is being answered, what would come next, and all in order."""
    return {
        "hall": poll.hall,
        "session": session_json(session) if session else None,
        "current": asked_json(poll.current) if poll.current else None,
        "next": [asked_json(each) for each in poll.next],
        "questions": [asked_json(each) for each in poll.sorted(sort)],
    }


def _nameless() -> Refusal:
    return Refusal(409, "device_missing", NAMELESS_VOTE)


def _list_address(hall: str, sort: str, told: str = "") -> str:
    order = f"&sort={Sort.NEWEST}" if sort == Sort.NEWEST else ""
    return f"/?tab=questions&hall={hall}{order}{f'&told={told}' if told else ''}"
