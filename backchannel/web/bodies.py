"""What clients send: JSON or a form, read within a deadline and decoded strictly, or refused in one sentence."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import msgspec
from anyio import fail_after
from starlette.datastructures import FormData
from starlette.requests import Request

from backchannel.errors import Refusal

PATIENCE_S: Final = 10.0
FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})

T = TypeVar("T")


def kind_of(request: Request) -> str:
    """The media type of a request's body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read(request: Request, decoder: msgspec.json.Decoder[T]) -> T:
    """A JSON body as its type. Raises Refusal 400 with what is wrong and where."""
    return decoded(await whole(request), decoder)


async def whole(request: Request) -> bytes:
    """A body as it came."""
    try:
        with fail_after(PATIENCE_S):
            return await request.body()
    except TimeoutError as error:
        raise late() from error


def late() -> Refusal:
    """What is said where a body does not come."""
    return Refusal(408, "late", "The body did not come in time.")


def decoded(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The JSON of a body as its type. Raises Refusal 400 with what is wrong and where."""
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, "body", "The body cannot be read: %(why)s", why=str(error)) from error


@asynccontextmanager
async def form_of(request: Request, part_max: int) -> AsyncGenerator[FormData]:
    """A small form in UTF-8. Raises Refusal 415 for anything else: any charset would be decoded that a client names."""
    charset = request.headers.get("content-type", "").lower().partition("charset=")[2].strip("\"' ;")
    if kind_of(request) not in FORMS or charset not in {"", "utf-8", "utf8"}:
        raise Refusal(415, "content_type", "Send a form in UTF-8, or JSON with Content-Type application/json.")
    try:
        with fail_after(PATIENCE_S):
            form = await request.form(max_fields=10, max_files=0, max_part_size=part_max)
    except TimeoutError as error:
        raise Refusal(408, "late", "The form did not come in time.") from error
    try:
        yield form
    finally:
        await form.close()
