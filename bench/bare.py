"""The smallest Flask page, to compare with: what the framework and the server cost alone."""

from flask import Flask
from werkzeug.serving import make_server

from stripe_sandbox.testing import QuietHandler

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """A page without template, session or database."""
    return "<!doctype html><title>Bare</title><h1>A bare Flask page</h1>"


@app.get("/json")
def document() -> dict[str, str]:
    """The smallest answer of an API."""
    return {"object": "nothing"}


def main() -> None:
    """Serve it as the sandbox is served: Werkzeug's server with a thread per connection."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    print(f"Bare: http://127.0.0.1:{server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
