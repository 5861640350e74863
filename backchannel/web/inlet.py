"""The inlet: who may post from a phone now, and an honest word to whoever may not.

A venue's Wi-Fi is one address, so what holds back is told by device. A device is a cookie, and whoever wants has a
thousand: those that never posted before share a pace by address, which holds nobody up whom we know, or by the code of
the screen that they came by. Whoever comes too much for it may solve a puzzle instead. What waits for moderators has a
bound, since a queue that nobody can read to its end is no queue; from half of that on whoever has a post in it waits
until that is decided, so that the last places are for others, and strangers without a code come by ones and twos.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import ceil
from random import SystemRandom
from secrets import token_bytes
from typing import Final

from backchannel.errors import Refusal
from backchannel.post import Post, Status
from backchannel.sieve import Sieve, Sort, Term
from backchannel.sources.floor import NETWORK
from backchannel.store.base import Finds, Posts, Query
from backchannel.web.puzzles import Puzzles

A_MINUTE: Final = timedelta(minutes=1)
A_MOMENT: Final = timedelta(seconds=1)
# So long at most nobody asks the store again about a device, and half of that at least: those who came together do not
# come back together.
HELD_UP: Final = timedelta(seconds=8)
SPREAD: Final = SystemRandom()
KIOSKS_A_MINUTE: Final = 60
CALM_TO_HOT: Final = 10  # so many fewer strangers come in freely from half a queue on
NEWCOMERS: Final = "newcomers"
KNOWN_MAX: Final = 20_000  # devices that are held up without asking the store
EVER: Final = datetime.min.replace(tzinfo=UTC)
OF_FLOOR: Final = Sieve((Term(Sort.ON, NETWORK),))
WAITING: Final = frozenset({Status.QUEUED, Status.HELD, Status.COPY})


@dataclass(frozen=True, slots=True)
class Paces:
    """How many posts a phone may send in a minute, how many phones of one address may begin, how many may wait."""

    of_phone: int = 10
    of_newcomers: int = 300
    waiting_max: int = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where phones come from that share a pace: an address, or the code of a hall's screen."""

    name: str
    is_room: bool = False


class Inlet:
    """Lets posts through one by one."""

    def __init__(
        self,
        posts: Posts,
        finds: Finds,
        clock: Callable[[], datetime],
        paces: Paces,
        puzzles: Puzzles,
        is_paused: Callable[[], bool],
    ) -> None:
        self._posts = posts
        self._finds = finds
        self._clock = clock
        self._paces = paces
        self._puzzles = puzzles
        self._is_paused = is_paused
        self._under_way: Counter[str] = Counter()
        self._held_up: OrderedDict[str, tuple[datetime, Refusal]] = OrderedDict()
        self._newcomers: Counter[bytes] = Counter()
        self._minute = EVER
        self._salt = b""
        self._from_kiosks: deque[datetime] = deque(maxlen=KIOSKS_A_MINUTE)
        self._waiting = 0
        self._noted = 0  # all that were ever taken in
        self._counted_at = EVER

    def hold_up(self, device: str, *, is_kiosk: bool, puzzle: str = "") -> None:
        """Raise Refusal where the answer is known without asking the store: a flood comes here first."""
        if self._is_paused():
            raise Refusal(403, "paused", "The desk takes no posts from phones just now. Please keep it for later.")
        until, refusal = self._held_up.get(device, (EVER, None))
        if refusal is None or is_kiosk or not timedelta() < until - self._clock() <= HELD_UP:
            return
        if refusal.code != NEWCOMERS or not self._puzzles.is_solved(device, puzzle):
            raise refusal.again()

    @contextmanager
    def passing(self, device: str) -> Generator[None]:
        """Count a post that is under way: what is on disk alone would let many through at once."""
        self._under_way[device] += 1
        try:
            yield
        finally:
            self._under_way[device] -= 1
            if not self._under_way[device]:
                del self._under_way[device]

    async def check(self, device: str, place: Place, *, is_kiosk: bool, puzzle: str = "") -> None:
        """Raise Refusal where a post may not come in now; the device is held up for a moment then.

        `puzzle` is the answer to the one that such a refusal brought.
        """
        try:
            await self._count_waiting()
            if is_kiosk:
                self._check_room()
                self._check_kiosks()
            else:
                await self._check_device(device, place, puzzle)
        except Refusal as refusal:
            until = self._clock() + HELD_UP * SPREAD.uniform(0.5, 1)
            self._held_up[device] = (until, refusal.with_traceback(None))
            self._held_up.move_to_end(device)
            if len(self._held_up) > KNOWN_MAX:
                self._held_up.popitem(last=False)
            raise
        self._held_up.pop(device, None)

    def note(self) -> None:
        """Note that a post was taken in."""
        self._waiting += 1
        self._noted += 1

    async def _check_device(self, device: str, place: Place, puzzle: str) -> None:
        self._check_room()  # a full queue needs no question to the store
        latest = await self._posts.of_authors(NETWORK, (device,), self._paces.of_phone)
        # A clock that was set back has posts in its future: they hold nobody up.
        recent = sum(abs(self._clock() - post.received_at) < A_MINUTE for post in latest)
        if recent + self._under_way[device] > self._paces.of_phone:
            raise Refusal(
                429, "pace", "That is %(num)s posts in a minute. Please wait a moment.", num=self._paces.of_phone
            )
        self._check_room(latest)
        if not latest and self._under_way[device] == 1:
            self._check_newcomer(device, place, puzzle)

    async def _count_waiting(self) -> None:
        """Count the posts of the floor that wait, once a second; `note` adds those that come meanwhile.

        What comes while they are counted is added, whether or not the count saw it: for a second a place too few is
        free rather than one too many. What is held waits for a person, too: one key brings it back to the queue.
        """
        now = self._clock()
        if abs(now - self._counted_at) < A_MOMENT:
            return
        self._counted_at = now  # before it is known: a thousand who ask meanwhile shall not all count
        before = self._noted
        queued = await self._finds.found(Query(Status.QUEUED, sieve=OF_FLOOR))
        held = await self._finds.found(Query(Status.HELD, sieve=OF_FLOOR))
        self._waiting = queued.posts + held.posts + self._noted - before

    @property
    def _waiting_now(self) -> int:
        return self._waiting + self._under_way.total() - 1

    @property
    def _is_hot(self) -> bool:
        """Whether half of the queue is full."""
        return 2 * self._waiting_now >= self._paces.waiting_max

    def _check_room(self, latest: Sequence[Post] = ()) -> None:
        waiting = self._waiting_now
        if waiting >= self._paces.waiting_max:
            raise Refusal(
                429,
                "full",
                "%(num)s posts from phones wait for the desk already. Please send yours again in some minutes.",
                num=waiting,
            )
        if self._is_hot and any(post.status in WAITING for post in latest):
            raise Refusal(
                429,
                "full",
                "%(num)s posts from phones wait for the desk, and one of them is yours."
                " Please send more once it is decided.",
                num=waiting,
            )

    def _check_newcomer(self, device: str, place: Place, puzzle: str) -> None:
        now = self._clock()
        if abs(now - self._minute) >= A_MINUTE:
            # With a minute go its addresses, and what they were hashed with: nobody's is kept, and none can be found.
            self._minute, self._salt = now, token_bytes(32)
            self._newcomers.clear()
        mark = blake2b(place.name.encode(), key=self._salt, digest_size=16).digest()
        if self._newcomers[mark] >= self._pace_of(place) and not self._puzzles.spend(device, puzzle):
            refusal = Refusal(
                429,
                NEWCOMERS,
                "Very many people write for the first time just now. Please send it again in a minute.",
            )
            refusal.retry_after_s = max(1, ceil((self._minute + A_MINUTE - now).total_seconds()))
            refusal.besides = {"puzzle": self._puzzles.new(device).to_wire()}
            raise refusal
        self._newcomers[mark] += 1

    def _pace_of(self, place: Place) -> int:
        """How many may begin in a minute from a place without having solved anything."""
        if place.is_room or not self._is_hot:
            return self._paces.of_newcomers
        return max(1, self._paces.of_newcomers // CALM_TO_HOT)

    def _check_kiosks(self) -> None:
        """Behind a kiosk stands somebody else each time, so all of them have one pace."""
        now = self._clock()
        if len(self._from_kiosks) == KIOSKS_A_MINUTE and now - self._from_kiosks[0] < A_MINUTE:
            raise Refusal(429, "pace", "That is too much at once for one place. Please wait a moment.")
        self._from_kiosks.append(now)
