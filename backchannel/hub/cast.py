"""The cast: a screen must hold every post that its stage names, also one that is no longer among the newest."""

from collections.abc import Sequence

from backchannel.post import Post
from backchannel.stage import Stage
from backchannel.store.base import Posts
from backchannel.updates import hall_stream, public_streams


async def with_cast(held: Sequence[Post], stage: Stage, posts: Posts) -> list[Post]:
    """The held posts, and behind them what else the stage names and may be shown in its hall."""
    keys = {post.key for post in held}
    named = [await posts.find(key) for key in stage.keys if key not in keys]
    return [*held, *(post for post in named if post and _may_be_shown(post, stage.hall))]


def _may_be_shown(post: Post, hall: str) -> bool:
    return hall_stream(hall) in public_streams(post, [hall])
