"""Custom emoji as servers with Mastodon's API tell of them: beside the entity whose words name them between colons.

https://docs.joinmastodon.org/entities/CustomEmoji/
"""

import re
from typing import Final

from backchannel.sources.fields import Fields
from backchannel.text import EMOJI_MAX, Emoji, tame_line

LINE_MAX: Final = 4  # so many pictures stand in a name, or in a warning


def told(beside: Fields) -> dict[str, str]:
    """The shortcodes of an entity, each with where a picture of it is that does not move; empty where nobody says."""
    emoji = beside.many("emojis", EMOJI_MAX)
    codes = {each.text("shortcode"): each.url("static_url") or each.url("url") for each in emoji}
    return {code: url for code, url in codes.items() if code}


def line(text: str, beside: Fields, limit: int) -> tuple[str, tuple[Emoji, ...]]:
    """One tame line without the shortcodes of custom emoji, and where their pictures stand in it."""
    known = {f":{code}:": url for code, url in told(beside).items()}
    if not known or not text:
        return tame_line(text, limit), ()
    codes = "|".join(map(re.escape, known))
    # The blank before an emoji goes with it, unless a word follows at once: else it would stand before a comma.
    runs = re.split(f"({codes})", re.sub(rf" (?=(?:{codes})(?!\w))", "", text))
    words = runs[::2]
    placed = [
        Emoji(len(tame_line("".join(words[: number + 1]), limit)), code, known[code])
        for number, code in enumerate(runs[1::2][:LINE_MAX])
        if known[code]
    ]
    plain = tame_line("".join(words), limit)
    return plain, tuple(sorted((each for each in placed if each.at <= len(plain) < limit), key=lambda each: each.at))
