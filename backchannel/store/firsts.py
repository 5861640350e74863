"""The posts that stand by themselves while a batch is taken in, and which of them another one repeats."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Final

from backchannel.gist import Gist, gist_of
from backchannel.likeness import nearness
from backchannel.post import Content, Post, Status
from backchannel.store.likenesses import NEWEST

# How well a post is off. What no person decided is folded only into what is off as well, or better: the rule that put
# the first aside may be about its author, and a trusted author's words wait for no stranger's copy of them.
RANK: Final = {Status.REJECTED: 0, Status.WITHDRAWN: 0, Status.HELD: 1, Status.QUEUED: 2, Status.APPROVED: 3}


class Firsts:
    """The posts that others may be copies of. Of several with the same words the oldest is the first."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self._posts: dict[str, Post] = {}
        self._by_fold: dict[str, str] = {}
        self._by_band: dict[int, dict[str, None]] = {}
        self._gists: dict[tuple[str, Content], Gist] = {}
        for post in sorted(posts, key=lambda post: post.arrived):
            self.turn(None, post)

    def turn(self, before: Post | None, after: Post) -> None:
        """Hear that a post is new, or stands otherwise now."""
        if before is not None:
            self._leave(before)
        if not after.stands or not after.has_words:
            return
        self._posts[after.key] = after
        if after.fold:
            self._by_fold.setdefault(after.fold, after.key)
        for band in after.bands:
            self._by_band.setdefault(band, {})[after.key] = None

    def find(self, post: Post) -> str:
        """The key of the one that a new post repeats: to the letter, or else most nearly; empty where there is none."""
        if post.fold in self._by_fold:
            return self._by_fold[post.fold]
        # The newest of each band alone: whoever floods one makes nobody slower.
        met = chain.from_iterable(islice(reversed(self._by_band.get(band, {})), NEWEST) for band in post.bands)
        near = {key: self._nearness(self._posts[key], post) for key in dict.fromkeys(met)}
        best = max(near, key=lambda key: (near[key], self._posts[key].received_at), default="")
        return best if best and near[best] else ""

    def is_same(self, one: Post, other: Post) -> bool:
        """Whether two posts say the same."""
        return (one.fold != "" and one.fold == other.fold) or self._likeness(one, other) > 0

    def _leave(self, post: Post) -> None:
        self._posts.pop(post.key, None)
        if self._by_fold.get(post.fold) == post.key:
            del self._by_fold[post.fold]
        for band in post.bands:
            self._by_band.get(band, {}).pop(post.key, None)

    def _nearness(self, first: Post, post: Post) -> float:
        return self._likeness(first, post) if _may_cover(first, post) else 0.0

    def _likeness(self, one: Post, other: Post) -> float:
        if not one.bands or not other.bands:
            return 0.0
        return nearness(self._gist(one), self._gist(other), abs(one.received_at - other.received_at))

    def _gist(self, post: Post) -> Gist:
        said = post.network, post.content
        if said not in self._gists:
            self._gists[said] = gist_of(*said)
        return self._gists[said]


def _may_cover(first: Post, post: Post) -> bool:
    """Whether what becomes of the first may become of a post by somebody else."""
    by = first.decision.by if first.decision else first.network
    is_by_person = by != first.network and first.decision is not None and not first.decision.is_by_rule
    return is_by_person or RANK[post.status] <= RANK[first.status]
