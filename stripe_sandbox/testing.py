"""A sandbox for test-suites: started on a free port, stopped without a trace."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from werkzeug.serving import WSGIRequestHandler, make_server

from stripe_sandbox.app import create_app
from stripe_sandbox.sandbox import Sandbox


class QuietHandler(WSGIRequestHandler):
    """Serves without a line per request."""

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


class Refused(AssertionError):
    """A ``/_sandbox`` call that makes no sense now; the text says why."""


@dataclass
class RunningSandbox:
    """A sandbox that is being served at ``url``."""

    url: str
    sandbox: Sandbox

    def control(self, path: str, method: str = "POST", /, **values: Any) -> Any:
        """Call ``/_sandbox/<path>`` with JSON; ``Refused`` when it makes no sense."""
        body = json.dumps(values).encode() if method == "POST" else None
        address = f"{self.url}/_sandbox/{path}"
        request = Request(address, body, method=method)  # noqa: S310 - http on loopback
        request.add_header("Content-Type", "application/json")
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            problem = f"/_sandbox/{path}: {error.code} {error.read().decode()}"
            raise (Refused if error.code < 500 else AssertionError)(problem) from None

    def read(self, path: str) -> Any:
        """GET ``/_sandbox/<path>``."""
        return self.control(path, "GET")

    def reset(self) -> None:
        """Forget everything."""
        self.control("reset")


@contextmanager
def running(
    port: int = 0, host: str = "127.0.0.1", database: str = ":memory:", **switches: Any
) -> Iterator[RunningSandbox]:
    """Serve a sandbox in threads until the block ends."""
    with socket.create_server((host, port)) as listening:
        sandbox = Sandbox(database, **switches)
        app = create_app(sandbox)
        fd = listening.fileno()
        server = make_server(host, port, app, True, request_handler=QuietHandler, fd=fd)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="stripe-sandbox-server"
    )
    sandbox.start()
    thread.start()
    try:
        yield RunningSandbox(f"http://{host}:{server.port}", sandbox)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sandbox.close()
