"""The connection behind a request, so that it can be reset as a network does it."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextvars import ContextVar

from hypercorn.asyncio.tcp_server import TCPServer

_WRITER: ContextVar[asyncio.StreamWriter | None] = ContextVar("writer", default=None)


def install() -> None:
    """Lets every request know its connection: hypercorn's tasks inherit the context they are made in."""
    run = TCPServer.run

    async def knowing(self: TCPServer) -> None:
        _WRITER.set(self.writer)
        await run(self)

    TCPServer.run = knowing  # type: ignore[method-assign]  # hypercorn offers no hook


def reset() -> None:
    """Resets the connection of the request being served: the client reads no answer, not even an end."""
    writer = _WRITER.get()
    if writer is None:
        return
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()
