"""Labels: what authors and their network say of accounts and posts on Bluesky, beside what is in them.

https://docs.bsky.app/docs/advanced-guides/moderation: values with ! are the network's own.
"""

from collections.abc import Iterable
from typing import Final

from backchannel.sources.fields import Fields

LABELS_MAX: Final = 50
SENSITIVE: Final = frozenset({"porn", "sexual", "nudity", "graphic-media", "!warn"})
REFUSALS: Final = {
    "!no-unauthenticated": "the author wants to be read by signed-in people only",
    "!hide": "its network hides it, or its author",
    "!takedown": "its network hides it, or its author",
}


def refusal(labels: Iterable[Fields]) -> str:
    """Why what carries these labels may not be shown, or nothing."""
    return next((REFUSALS[value] for value in _standing(labels) if value in REFUSALS), "")


def is_sensitive(labels: Iterable[Fields]) -> bool:
    """Whether they ask for a warning before what carries them is seen."""
    return any(value in SENSITIVE for value in _standing(labels))


def _standing(labels: Iterable[Fields]) -> list[str]:
    """The values, without those that whoever gave them took back."""
    given = [((each.text("src"), each.text("val")), each.flag("neg")) for each in labels]
    taken_back = {label for label, is_negative in given if is_negative}
    return [label[1] for label, _ in given if label not in taken_back]
