"""`python -m bench [seconds for each page]`: requests per second and CPU time per request.

The load comes from the same machine, so the requests per second are a lower bound; the CPU
time per request is what compares. The database is SQLite with 10,000 listings.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from bench.load import CONNECTIONS, Connection, Result, Target, measure
from bench.world import LISTINGS, World, built
from storefront.cli import THREADS, WORKERS
from storefront.config import Config

ROOT = Path(__file__).parents[1]
SECONDS = 4.0
FORM = {"Sec-Fetch-Site": "same-origin"}


def main() -> None:
    """Measure every page, and the bare one in the same run."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory(prefix="storefront-bench-") as name:
        print(f"Filling a database with {LISTINGS:,} listings …", flush=True)
        with built(Path(name), _free_port()) as (config, world):
            _print_head()
            bare = _measure_bare(seconds)
            _print("bare Flask page", bare, bare)
            with _serving("app:app", config.port, _environment(config)) as group:
                host = f"127.0.0.1:{config.port}"
                for target in _targets(host, world):
                    _print(target.name, measure(host, target, group, seconds), bare)


def _targets(host: str, world: World) -> list[Target]:
    filled = FORM | {"Cookie": _cookie_of_cart(host, world)}
    line = f"/cart/lines/{world.listing_id}"
    back = Target("as before", line, 303, "quantity=1", filled)
    add = f"listing_id={world.listing_id}&quantity=1"
    return [
        Target("listing index", "/"),
        Target("listing", f"/listings/{world.listing_slug}"),
        Target("search", "/?q=speckled+mug"),
        Target("cart", "/cart", headers=filled),
        Target("add to cart", "/cart/add", 303, add, filled, undo=back),
        Target("order status", f"/orders/{world.order_token}/status"),
    ]


def _cookie_of_cart(host: str, world: World) -> str:
    """The session of a guest who has put something into the cart."""
    connection = Connection(host)
    form = f"listing_id={world.listing_id}&quantity=1"
    head = connection.head(Target("fill", "/cart/add", 303, form, FORM).request(host))
    connection.close()
    found = re.search(r"(?i)^set-cookie: ([^;]+)", head, re.M)
    if found is None:
        raise SystemExit(f"No session for a guest with a cart:\n{head}")
    return found[1]


def _measure_bare(seconds: float) -> Result:
    port = _free_port()
    with _serving("bench.bare:app", port, _inherited()) as group:
        return measure(f"127.0.0.1:{port}", Target("bare", "/"), group, seconds)


@contextmanager
def _serving(app: str, port: int, environment: dict[str, str]) -> Iterator[int]:
    """Serve as `python -m storefront serve` does; the process group of the server."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws",
        "--log-level", "error", app,
    ]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, process_group=0
    )
    try:
        _wait_for(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


def _environment(config: Config) -> dict[str, str]:
    return _inherited() | {
        "SECRET_KEY": config.secret_key,
        "PUBLIC_URL": config.public_url,
        "DATABASE_URL": config.database_url,
        "MEDIA_ROOT": str(config.media_root),
        "MAIL_FOLDER": str(config.mail_folder),
        "STRIPE_SECRET_KEY": config.stripe_secret_key,
        "STRIPE_CLIENT_ID": config.stripe_client_id,
        "STRIPE_WEBHOOK_SECRET": config.stripe_webhook_secrets[0],
        "STRIPE_CONNECT_WEBHOOK_SECRET": config.stripe_connect_webhook_secrets[0],
        "STRIPE_API_BASE": config.stripe_api_base,
        "STRIPE_CONNECT_BASE": config.stripe_connect_base,
        "STRIPE_FILES_BASE": config.stripe_files_base,
        "LOG_LEVEL": "WARNING",
    }


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _print_head() -> None:
    print(f"{WORKERS} workers, {CONNECTIONS} connections, this machine asks and answers\n")
    print(f"{'page':26}{'requests/s':>12}{'CPU ms/request':>18}{'× bare':>10}", flush=True)


def _print(name: str, result: Result, bare: Result) -> None:
    cpu = f"{result.cpu_ms:.2f}" if result.cpu_ms is not None else "unknown"
    times = f"{result.cpu_ms / bare.cpu_ms:.1f}" if result.cpu_ms and bare.cpu_ms else ""
    print(f"{name:26}{result.per_second:>12,.0f}{cpu:>18}{times:>10}", flush=True)


if __name__ == "__main__":
    main()
