"""A sandbox for test-suites: started on a free port, stopped without a trace."""

import json
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


@dataclass
class RunningSandbox:
    """A sandbox that is being served at ``url``."""

    url: str
    sandbox: Sandbox

    def control(self, path: str, method: str = "POST", /, **values: Any) -> Any:
        """Call ``/_sandbox/<path>`` with JSON; ``AssertionError`` when it is refused."""
        body = json.dumps(values).encode() if method == "POST" else None
        address = f"{self.url}/_sandbox/{path}"
        request = Request(address, body, method=method)  # noqa: S310 - http on loopback
        request.add_header("Content-Type", "application/json")
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise AssertionError(
                f"/_sandbox/{path}: {error.code} {error.read().decode()}"
            ) from None

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
    sandbox = Sandbox(database, **switches)
    server = make_server(
        host, port, create_app(sandbox), threaded=True, request_handler=QuietHandler
    )
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="stripe-sandbox-server"
    )
    sandbox.start()
    thread.start()
    try:
        yield RunningSandbox(f"http://{host}:{server.server_port}", sandbox)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sandbox.close()
