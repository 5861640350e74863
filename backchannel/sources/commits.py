"""Commits: what a post, an edit or a delete on Bluesky means for us."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from backchannel.interest import Interest
from backchannel.post import Sighting
from backchannel.sources import record
from backchannel.sources.accounts import Accounts
from backchannel.sources.event import Event
from backchannel.sources.fields import Fields
from backchannel.sources.profiles import Profiles

NOTHING: Final = ""


class Commits:
    """Reads commits: looks whether they are wanted, and gives them their author's name where it is known."""

    def __init__(self, interest: Interest, accounts: Accounts, profiles: Profiles) -> None:
        self._interest = interest
        self._accounts = accounts
        self._profiles = profiles

    def read(self, commit: Event) -> Sighting | str:
        """The sighting of a commit, the reason why it is none, or nothing where it does not concern us.

        The stream keeps the order of each author's events, so a delete or an edit matters only for a post that is
        known already: of the network's millions of deletes none is kept.
        """
        body, did = commit.body, commit.did
        if body.text("collection") != record.COLLECTION:
            return NOTHING
        operation, rkey = body.text("operation"), body.text("rkey")
        is_edit, post_id = operation == "update", record.post_id(did, rkey)
        gone = Sighting(record.NETWORK, post_id, None, only_known=True) if post_id else NOTHING
        if operation == "delete":
            return gone
        found = self.posted(did, rkey, body.one("record"), is_edit=is_edit, at=commit.at)
        return gone if is_edit and isinstance(found, str) else found

    def posted(
        self, did: str, rkey: str, said: Fields, *, is_edit: bool = False, at: datetime | None = None
    ) -> Sighting | str:
        """The sighting of a record that was posted, or edited at a time; why it is none, or nothing."""
        matched = self.matched(did, said)
        if not matched and not is_edit:
            return NOTHING
        found = record.read(did, rkey, said, at if is_edit else None)
        if isinstance(found, str) or found.leaver:
            return found
        self._profiles.of(did)  # by the time that the batch is due, the name will be there
        # An edit that took the hashtag away still changes what people see of a post that we have.
        return replace(found, matched=matched, only_known=not matched)

    def matched(self, did: str, said: Fields) -> tuple[str, ...]:
        """What a record is wanted for; nothing where it is not."""
        return self._interest.matched(record.said(said, self._accounts.author(did)), record.named(said))

    def named(self, sighting: Sighting) -> Sighting | str:
        """A sighting with what is known of its author by now; the reason why it may not be shown, or nothing."""
        content = sighting.content
        if content is None:
            return sighting
        profile = self._profiles.of(content.author.id)
        is_edit = content.edited_at is not None
        if profile.refusal:
            return replace(sighting, content=None, only_known=True) if is_edit else profile.refusal
        content = replace(content, author=profile.author)
        if not self._interest.is_excluded(content):
            return replace(sighting, content=content)
        return replace(sighting, content=content, matched=(), only_known=True) if is_edit else NOTHING
