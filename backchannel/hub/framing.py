"""Messages as they go over the wire, made once for all who are sent the same (RFC 6455, RFC 7692)."""

from typing import Final

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode

PING: Final = Frame(Opcode.PING, b"").serialize(mask=False)
WINDOW_BITS: Final = 15


def text(message: str) -> bytes:
    """A message as it is."""
    return Frame(Opcode.TEXT, message.encode()).serialize(mask=False)


def pressed(message: str) -> bytes:
    """A message pressed, without a memory of what was said before: so it can be sent to everybody."""
    press = PerMessageDeflate(
        remote_no_context_takeover=True,
        local_no_context_takeover=True,
        remote_max_window_bits=WINDOW_BITS,
        local_max_window_bits=WINDOW_BITS,
    )
    return Frame(Opcode.TEXT, message.encode()).serialize(mask=False, extensions=[press])
