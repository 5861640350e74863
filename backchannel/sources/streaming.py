"""Mastodon's stream: one WebSocket tells of every post with one of many hashtags, to whoever shows a user's token.

It keeps nothing for those who were away, it may leave posts out, and some servers open it and say nothing on it: so it
only ever makes the timelines faster. https://docs.joinmastodon.org/methods/streaming/#websocket
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.http11 import Response

from backchannel.errors import SourceError
from backchannel.media.fetcher import VERSION
from backchannel.sources.alarm import Alarm
from backchannel.sources.frame import FRAME_MAX
from backchannel.sources.handshake import Straight, unreachable
from backchannel.sources.instance import RESET_MAX_S, WORDS_MAX, Instance
from backchannel.text import tame_line

OPEN_S: Final = 10.0
CLOSE_S: Final = 1.0
GATHERED_MAX: Final = 40
TOO_BIG: Final = 1009


class Stream:
    """An open stream of some hashtags."""

    def __init__(self, connection: ClientConnection, host: str) -> None:
        self._connection = connection
        self._host = host

    async def frames(self, alarm: Alarm) -> list[str | bytes]:
        """What came, as soon as anything did; nothing once the alarm goes off. Raises SourceError when it ends."""
        frames: list[str | bytes] = []
        try:
            async with alarm.limit():
                frames.append(await self._connection.recv())
            async with asyncio.timeout(0):  # whatever else is here already
                while len(frames) < GATHERED_MAX:
                    frames.append(await self._connection.recv())
        except TimeoutError:
            pass
        except ConnectionClosed as closed:
            if not frames:  # what came before counts, and the next time says the same
                raise self._ended(closed) from closed
        return frames

    async def close(self) -> None:
        """Hang up."""
        await self._connection.close()

    def _ended(self, closed: ConnectionClosed) -> SourceError:
        if closed.sent is not None and closed.sent.code == TOO_BIG and not closed.rcvd_then_sent:
            return SourceError(f"{self._host} sent a frame of more than {FRAME_MAX // 1024} kB.")
        reason = tame_line(closed.rcvd.reason, WORDS_MAX) if closed.rcvd is not None else ""
        said = f" It says: {reason}" if reason else ""
        return SourceError(f"{self._host} closed the stream.{said}")


async def open_stream(instance: Instance, tags: Sequence[str], *, open_s: float = OPEN_S) -> Stream:
    """A stream of hashtags, one subscription each on one connection. Raises SourceError in plain words."""
    url = instance.can.stream(instance.url)
    host = urlsplit(url).netloc
    try:
        connection = await Straight(
            url,
            additional_headers=instance.headers,
            user_agent_header=f"Backchannel/{VERSION}",
            open_timeout=open_s,
            close_timeout=CLOSE_S,
            max_size=FRAME_MAX,
            max_queue=64,
        )
    except InvalidStatus as refusal:
        raise _refused(instance, host, refusal.response) from refusal
    except (OSError, TimeoutError, WebSocketException) as error:
        raise unreachable(host, error, open_s) from error
    stream = Stream(connection, host)
    try:
        for tag in tags:
            await connection.send(json.dumps({"type": "subscribe", "stream": "hashtag", "tag": tag}))
    except ConnectionClosed as closed:
        raise SourceError(f"{host} closed the stream.") from closed
    return stream


def _refused(instance: Instance, host: str, response: Response) -> SourceError:
    """What a refused handshake means: its body is empty, and a header may hold the words."""
    where, status = f"{host} (answer {response.status_code})", response.status_code
    said = tame_line(response.headers.get("X-Error-Message", ""), WORDS_MAX)
    words = f" It says: {said}" if said else ""
    if status in {401, 403}:
        msg = f"{where} refuses the access token for its stream.{words}"
        return SourceError(msg, remedy=instance.token_remedy(), needs_person=True)
    if status == 429:
        return SourceError(f"{where} wants us to ask less often.", retry_after_s=RESET_MAX_S)
    if status >= 500 and status != 501:
        return SourceError(f"{where} is in trouble itself.{words}")
    return SourceError(f"{where} has no stream.{words}", needs_person=True)
