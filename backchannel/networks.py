"""The networks that are followed: which settings make which source. The only module above sources/ that names them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backchannel.clock import now
from backchannel.config import Config
from backchannel.errors import StartError
from backchannel.sources.base import Source
from backchannel.sources.bluesky import Bluesky, BlueskySettings
from backchannel.sources.feed import Feed, FeedSettings
from backchannel.sources.floor import Floor, FloorSettings
from backchannel.sources.mastodon import Mastodon, MastodonSettings
from backchannel.sources.matrix import Matrix, MatrixSettings
from backchannel.sources.recording import Recording
from backchannel.sources.webhook import Webhook, WebhookSettings
from backchannel.sources.x import X, XSettings

# Adding a network: its settings and its source stand here, and nowhere else.
BUILDERS: Final[Mapping[Any, Callable[[Any, Sequence[str]], Source]]] = {
    MastodonSettings: lambda settings, hashtags: Mastodon(settings, hashtags, clock=now),
    BlueskySettings: lambda settings, hashtags: Bluesky(settings, hashtags, clock=now),
    XSettings: lambda settings, hashtags: X(settings, hashtags, clock=now),
    FeedSettings: lambda settings, hashtags: Feed(settings, hashtags, clock=now),
    MatrixSettings: lambda settings, hashtags: Matrix(settings, hashtags, clock=now),
    WebhookSettings: lambda settings, _: Webhook(settings, NETWORKS.keys(), clock=now),  # every post counts there
}
NETWORKS: Final[Mapping[str, type]] = {settings.network: settings for settings in (*BUILDERS, FloorSettings)}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A recording to be played instead of following networks, `speed` times as fast as it was recorded."""

    path: Path
    speed: float


def sources_of(config: Config, floor: Floor, rehearsal: Rehearsal | None = None) -> tuple[Source, ...]:
    """The sources that a configuration names; a rehearsal plays its recording in the networks' place."""
    built: list[Source] = [Recording(rehearsal.path, rehearsal.speed, clock=now)] if rehearsal else []
    for settings in config.sources:
        if isinstance(settings, FloorSettings):
            built.append(floor)
        elif rehearsal is None:
            built.append(BUILDERS[type(settings)](settings, config.conference.hashtags))
    _check_names(built)
    return tuple(built)


def _check_names(sources: Sequence[Source]) -> None:
    """Raise StartError where two sources have one name: they would share a cursor, and lose posts by it."""
    for name, count in Counter(source.name for source in sources).items():
        if count > 1:
            msg = f"[[sources]] {name} stands {count} times; put all its hashtags into one table"
            raise StartError(msg)
