"""The few frames of a WebSocket that a stream of events needs (RFC 6455), without extensions."""

import base64
import hashlib
import select
import struct
from socket import socket

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA


class Closed(Exception):
    """The other side has gone."""


class WebSocket:
    """The server's side of a connection whose request has been read."""

    def __init__(self, connection: socket, key: str) -> None:
        self._connection = connection
        accept = base64.b64encode(hashlib.sha1((key + _MAGIC).encode()).digest()).decode()  # noqa: S324 - the protocol says so
        lines = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
        answer = "\r\n".join((*lines, f"Sec-WebSocket-Accept: {accept}", "", ""))
        self._connection.sendall(answer.encode())

    def send(self, text: str) -> None:
        """Send a text; ``Closed`` when nobody is there."""
        self._send(_TEXT, text.encode())

    def listen(self, seconds: float) -> None:
        """Answer what arrives within that time; texts are read and forgotten."""
        while select.select([self._connection], [], [], seconds)[0]:
            kind, payload = self._receive()
            if kind == _CLOSE:
                self._send(_CLOSE, payload[:2])
                raise Closed
            if kind == _PING:
                self._send(_PONG, payload)
            seconds = 0

    def _send(self, kind: int, payload: bytes) -> None:
        length = len(payload)
        head = bytes([0x80 | kind])
        if length < 126:
            head += bytes([length])
        elif length < 1 << 16:
            head += bytes([126]) + struct.pack("!H", length)
        else:
            head += bytes([127]) + struct.pack("!Q", length)
        try:
            self._connection.sendall(head + payload)
        except OSError as error:
            raise Closed from error

    def _receive(self) -> tuple[int, bytes]:
        first, second = self._exactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._exactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._exactly(8))
        mask = self._exactly(4)
        masked = self._exactly(length)
        return first & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked))

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            try:
                part = self._connection.recv(count - len(found))
            except OSError as error:
                raise Closed from error
            if not part:
                raise Closed
            found += part
        return found
