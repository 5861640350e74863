"""Who asks to be kept off the wall with all that they wrote, and not with this post alone."""

from re import compile as compiled
from typing import Final

_NAMES: Final = compiled(r"[#＃@＠]\S+")


def leaves(text: str, *, is_thread: bool = False, has_media: bool = False) -> bool:
    """Whether a post that opts out speaks of everything by its author.

    It says nothing else than hashtags and mentions, or stands beneath a post of their own. One that says or shows more
    speaks of itself.
    """
    return is_thread or not (has_media or _NAMES.sub("", text).strip())
