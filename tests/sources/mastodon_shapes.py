"""Made-up entities of Mastodon's API, in the network's real shape."""

from itertools import count
from typing import Any, Final

Status = dict[str, Any]

_MADE: Final = count(1)


def made_up(text: str = "See you at the runbook talk.", tags: tuple[str, ...] = ("pink11",), **more: Any) -> Status:
    """A status as Mastodon 4.5 sends it, nobody's; `more` replaces fields."""
    number = next(_MADE)
    links = " ".join(
        f'<a href="https://social.example/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        for tag in tags
    )
    status: Status = {
        "id": "",
        "created_at": "2026-11-17T09:00:00.000Z",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://social.example/users/ines/statuses/{number}",
        "url": f"https://social.example/@ines/{number}",
        "edited_at": None,
        "content": f"<p>{text} {links}</p>",
        "reblog": None,
        "account": account(),
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": tag, "url": f"https://social.example/tags/{tag}"} for tag in tags],
        "emojis": [],
        "card": None,
        "poll": None,
        "quote": None,
    }
    return status | more


def account(**more: Any) -> dict[str, Any]:
    """An account as Mastodon 4.5 sends it, nobody's; `more` replaces fields."""
    return {
        "id": "7",
        "username": "ines",
        "acct": "ines@social.example",
        "display_name": "Ines Kowalczyk",
        "note": "<p>Change manager.</p>",
        "url": "https://social.example/@ines",
        "uri": "https://social.example/users/ines",
        "avatar": "https://files.social.example/ines.png",
        "avatar_static": "https://files.social.example/ines.png",
        "noindex": False,
        "created_at": "2024-03-01T00:00:00.000Z",
        "followers_count": 120,
        "emojis": [],
        "fields": [],
    } | more


def about(version: str = "4.5.0", streaming: str = "", feeds: str = "public", **more: Any) -> dict[str, Any]:
    """What Mastodon 4.5 says of itself at /api/v2/instance; `more` replaces fields."""
    return {
        "domain": "social.example",
        "title": "Social",
        "version": version,
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "A made-up server.",
        "usage": {"users": {"active_month": 3}},
        "configuration": {
            "urls": {"streaming": streaming, "status": None},
            "timelines_access": {
                "live_feeds": {"local": "public", "remote": "public"},
                "hashtag_feeds": {"local": feeds, "remote": feeds},
            },
        },
        "api_versions": {"mastodon": 7},
    } | more


def about_v1(version: str = "4.5.0", streaming: str = "", **more: Any) -> dict[str, Any]:
    """What servers say of themselves at /api/v1/instance; `more` replaces fields."""
    return {"uri": "social.example", "version": version, "urls": {"streaming_api": streaming}} | more
