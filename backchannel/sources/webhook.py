"""Webhooks: posts that other programs hand in, signed as Standard Webhooks says (standardwebhooks.com).

So come Slack, Discord, Telegram and SMS, over the bridges that people use for them anyway.
"""

import os
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from re import fullmatch
from typing import Annotated, Any, ClassVar, Final

import standardwebhooks
from msgspec import Meta

from backchannel import hashtag
from backchannel.errors import Refusal, StartError
from backchannel.interest import Following
from backchannel.post import Sighting
from backchannel.sources.fields import Fields
from backchannel.sources.inbox import GROUP_MAX, Inbox
from backchannel.sources.secret import secrets
from backchannel.sources.shape import NETWORK as NETWORK_WORD
from backchannel.sources.shape import SEEN, read
from backchannel.sources.status import EXCLUDED, OPT_OUTS

NETWORK: Final = "webhook"
WHERE: Final = f"[[sources]] ({NETWORK})"
POSTS_MAX: Final = GROUP_MAX
MESSAGE_ID_MAX: Final = 200
SECRET_BYTES_MIN: Final = 24  # as the specification wants it

UNSIGNED: Final = "a message was not signed as it should be"
ELSEWHERE: Final = "nothing in it is followed here"
OUT_IN_POST: Final = "the author opted out in the post"
# What the sender did right: such posts come, and are not for this wall.
UNWANTED: Final = frozenset({EXCLUDED, ELSEWHERE, OUT_IN_POST})

Paths = Annotated[tuple[str, ...], Meta(max_length=2)]


@dataclass(frozen=True, slots=True)
class WebhookSettings(Following):
    """What a webhook is called in its address, and the secrets that sign; two while one takes the other's place."""

    network: ClassVar[str] = NETWORK

    name: str
    secrets_files: Paths = ()
    secrets_env: Paths = ()


class Webhook(Inbox):
    """A source that signed messages speak to. Whatever it brings counts, unless its settings follow something.

    The name of a post is its sender's, behind the webhook's own; so no webhook reaches the posts of another, nor those
    of the `built_in` networks.
    """

    def __init__(
        self,
        settings: WebhookSettings,
        built_in: Set[str],
        *,
        clock: Callable[[], datetime],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.slug = _slug(settings.name)
        super().__init__(f"{NETWORK}:{self.slug}", f"Webhook ({self.slug})", NETWORK)
        files, envs = settings.secrets_files, settings.secrets_env
        found = secrets(WHERE, "secrets", files=files, envs=envs, environ=environ)
        self._signers = _signers(found, files or envs, "secrets_files" if files else "secrets_env")
        self._interest = settings.interest(())
        self._takes_all = not (settings.hashtags or settings.accounts or settings.phrases)
        self._built_in = built_in - {NETWORK}
        self._clock = clock

    def signed(self, body: bytes, headers: Mapping[str, str]) -> str:
        """The id of a message that one of the secrets signed, less than five minutes ago; of any other, nothing."""
        told = {f"webhook-{name}": _header(headers, name) for name in ("id", "timestamp", "signature")}
        return told["webhook-id"] if any(_verifies(signer, body, told) for signer in self._signers) else ""

    def read(self, body: object, message_id: str) -> list[Sighting | str]:
        """The posts of a message in their order: each as a sighting, or the reason why it is none.

        Raises Refusal where there are too many. `Sighting.ref` names the message and the place in it, by which the
        store knows again what was handed in before.
        """
        posts = _posts(body)
        if len(posts) > POSTS_MAX:
            raise Refusal(413, "posts", f"That is {len(posts)} posts; one message may bring {POSTS_MAX}.")
        return [self._read(Fields(post), message_id, at) for at, post in enumerate(posts)]

    def _read(self, told: Fields, message_id: str, at: int) -> Sighting | str:
        post = told.one("post") or told  # a line of a recording does too
        kind = told.text("kind") or post.text("kind") or SEEN
        network = post.text("network") or NETWORK
        if reason := self._unfit(told, network):
            return reason
        moment = self._clock() + timedelta(microseconds=at)  # of two edits in one message the later one stands
        found = read(kind, post, network, unnamed=message_id, at=moment)
        if isinstance(found, str):
            return found
        return self._wanted(self._named(found, post, f"{message_id}/{at}"), is_new=kind == SEEN)

    def _unfit(self, told: Fields, network: str) -> str:
        if not told:
            return "it is no object with something in it"
        if not NETWORK_WORD.fullmatch(network):
            return "its network is no word of small letters, such as slack"
        return f"{network} is a network of its own here; name another one" if network in self._built_in else ""

    def _named(self, found: Sighting, post: Fields, place: str) -> Sighting:
        """A sighting under names that no other source has: neither slug nor network holds a colon or a slash."""
        post_id = f"{self.slug}:{found.id}" if post.id("id") else f"{self.slug}/{place}"
        if found.content is None:
            return replace(found, id=post_id)
        author = replace(found.content.author, id=f"{self.slug}:{found.content.author.id}")
        return replace(found, id=post_id, content=replace(found.content, author=author), ref=place)

    def _wanted(self, found: Sighting, *, is_new: bool) -> Sighting | str:
        """A sighting that is for the wall, or why it is not. An edit still changes what we have, or takes it back."""
        content = found.content
        if content is None:
            return found
        if hashtag.matches(OPT_OUTS, content.text):
            return OUT_IN_POST if is_new else replace(found, content=None, only_known=True)
        matched = self._interest.matched(content)
        reason = EXCLUDED if self._interest.is_excluded(content) else ""
        reason = reason or ("" if matched or self._takes_all else ELSEWHERE)
        if reason and is_new:
            return reason
        return replace(found, matched=matched, only_known=reason != "")


def _posts(body: object) -> list[Any]:
    """What a body brings: one post, a list of them, or an object around such a list."""
    if isinstance(body, dict) and isinstance(body.get("posts"), list):
        body = body["posts"]
    return body if isinstance(body, list) else [body]


def _header(headers: Mapping[str, str], name: str) -> str:
    """Svix, whose the specification was, puts its own name before the same headers."""
    return headers.get(f"webhook-{name}") or headers.get(f"svix-{name}", "")


def _verifies(signer: standardwebhooks.Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        signer.verify(body, headers, json_parse=False)
    except (
        standardwebhooks.WebhookVerificationError,
        ValueError,
    ):  # the package lets ValueError out where headers or body are garbled
        return False
    return True


def _slug(name: str) -> str:
    if not fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        msg = f"{WHERE} name: {name!r} can stand in no address; write small letters, digits and hyphens, such as crew"
        raise StartError(msg)
    return name


def _signers(found: Sequence[str], places: Sequence[str], setting: str) -> tuple[standardwebhooks.Webhook, ...]:
    if not found:
        msg = f"{WHERE} has no secret; name a file that holds one in secrets_files, or a variable in secrets_env"
        raise StartError(msg)
    for each, place in zip(found, places, strict=True):
        if len(_key(each)) < SECRET_BYTES_MIN:
            msg = (
                f"{WHERE} {setting}: {place} holds no secret of a webhook;"
                f" write whsec_ and at least {SECRET_BYTES_MIN} random bytes in base64 behind it"
            )
            raise StartError(msg)
    return tuple(standardwebhooks.Webhook(each) for each in found)


def _key(secret: str) -> bytes:
    """The bytes of a secret, none where it is no base64: the package would pass over what it cannot read."""
    encoded = secret.removeprefix("whsec_").rstrip("=")
    try:
        return b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        return b""
