"""What clients send: JSON, decoded strictly into our types, or refused in one sentence."""

from typing import TypeVar

import msgspec
from starlette.requests import Request

from backchannel.errors import Refusal

T = TypeVar("T")


def kind_of(request: Request) -> str:
    """The media type of a request's body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read(request: Request, decoder: msgspec.json.Decoder[T]) -> T:
    """A JSON body as its type. Raises Refusal 400 with what is wrong and where."""
    try:
        return decoder.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, "body", f"The body cannot be read: {error}") from error
