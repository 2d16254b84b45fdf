"""The application behind a real address, so that Stripe's sandbox can deliver events to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """The application writes its own log."""


def reserve() -> socket.socket:
    """A bound port of 127.0.0.1: known before the application that it will serve."""
    reserved = socket.socket()
    reserved.bind(("127.0.0.1", 0))
    return reserved


def address_of(reserved: socket.socket) -> str:
    """The base address of a reserved port."""
    return f"http://127.0.0.1:{reserved.getsockname()[1]}"


@contextmanager
def serving(app: "WSGIApplication", reserved: socket.socket) -> Iterator[None]:
    """Serve from threads until the end of the block."""
    reserved.listen(64)
    host, port = reserved.getsockname()
    server = make_server(
        host, port, app, threaded=True, request_handler=_Quiet, fd=reserved.fileno()
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
