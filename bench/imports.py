"""`python -m bench.imports`: time and memory of importing, undoing and exporting listings.

Each line is a process of its own on an empty SQLite database; the memory is how much its peak
has grown since it had everything loaded. What compares is the ratio of the two sizes.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storefront import installation
from storefront.assembly import assemble
from storefront.catalog import bulk
from storefront.config import Config
from storefront.current import Services
from storefront.listing_imports import service, writing
from storefront.sellers import service as sellers
from storefront.store.migrate import migrate
from storefront.users import service as users
from tests.support import stripe

_PROCESS = Path("/proc/self")
ROOT = Path(__file__).parents[1]
SIZES = (1_000, 10_000)
KINDS = ("csv", "json", "ndjson")
STAGES = ("read", "compare", "write", "undo", "export")
_DESCRIPTION = "Thrown by hand from a clay that is dug two valleys from here. " * 10


def main() -> None:
    """Measure each size of each kind."""
    heads = "".join(f"{stage + ' s':>11}" for stage in STAGES)
    print(f"{'kind':8}{'rows':>8}{'file MB':>9}{heads}{'memory MB':>11}", flush=True)
    for kind in KINDS:
        peaks = [_print(kind, count) for count in SIZES]
        print(f"{'':8}ten times the rows, {peaks[1] / max(peaks[0], 0.1):.1f} × the memory\n")


def _print(kind: str, count: int) -> float:
    command = [sys.executable, "-m", "bench.imports", kind, str(count)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    seconds = "".join(f"{found[stage]:>11.2f}" for stage in STAGES)
    print(f"{kind:8}{count:>8,}{found['file']:>9.1f}{seconds}{found['memory']:>11.1f}", flush=True)
    return float(found["memory"])


def measure(kind: str, count: int) -> dict[str, float]:
    """Seconds of each stage, and megabytes."""
    with tempfile.TemporaryDirectory(prefix="storefront-bench-") as name:
        folder = Path(name)
        services = _services(folder)
        seller_id, owner_id = _shop(services)
        path = folder / f"listings.{kind}"
        _write(path, kind, count)
        _forget_peak()
        before = _peak()
        found = {"file": path.stat().st_size / 1024**2}
        with _timed(found, "read"):
            upload = service.Upload(path.name, path.read_bytes())
            batch = service.start(services, seller_id, owner_id, upload)
            del upload
        with _timed(found, "compare"):
            service.finish(services, batch.id)
        for stage, act in _changes(services, seller_id, batch.id):
            with _timed(found, stage):
                act()
                service.finish(services, batch.id)
            if stage == "write":
                with _timed(found, "export"):
                    rows = sum(
                        map(len, writing.written(kind, bulk.every(services.store, seller_id)))
                    )
                    assert rows > path.stat().st_size / 2
        return found | {"memory": _peak() - before}


def _changes(
    services: Services, seller_id: str, import_id: str
) -> list[tuple[str, Callable[[], None]]]:
    return [
        ("write", lambda: service.commit(services, seller_id, import_id, 1)),
        ("undo", lambda: service.undo(services, seller_id, import_id)),
    ]


def _write(path: Path, kind: str, count: int) -> None:
    """A file of new listings, made outside of this process, whose memory is measured."""
    script = (
        "import csv, json, sys; kind, count, text = sys.argv[1], int(sys.argv[2]), sys.argv[3];"
        "rows = [dict(sku=f'S-{n}', title=f'Mug {n}', category='art', description=text,"
        " price='12.50', stock=str(n), state='published') for n in range(count)];\n"
        "if kind == 'csv':\n"
        " w = csv.DictWriter(sys.stdout, rows[0]); w.writeheader(); w.writerows(rows)\n"
        "elif kind == 'json': json.dump(rows, sys.stdout)\n"
        "else: print(*map(json.dumps, rows), sep='\\n')"
    )
    command = [sys.executable, "-c", script, kind, str(count), _DESCRIPTION]
    with path.open("wb") as file:
        subprocess.run(command, check=True, stdout=file)


def _services(folder: Path) -> Services:
    config = Config(
        secret_key="x" * 32,
        public_url="http://127.0.0.1:8000",
        stripe_secret_key=stripe.KEY,
        stripe_client_id="ca_unused",
        stripe_webhook_secrets=("whsec_unused",),
        stripe_connect_webhook_secrets=("whsec_unused",),
        database_url=f"sqlite:///{folder / 'bench.db'}",
    )
    services = assemble(config)
    migrate(services.store)
    installation.check(services.store, config)
    return services


def _shop(services: Services) -> tuple[str, str]:
    with services.store.transaction() as tx:
        owner = users.create(tx, "bench@example.com", "Bench", "correct horse battery")
        shop = sellers.open_shop(tx, owner.id, sellers.Details(name="Bench"), "usd")
    return shop.id, owner.id


@contextmanager
def _timed(found: dict[str, float], stage: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    found[stage] = time.monotonic() - begun


def _forget_peak() -> None:
    """Begin to count the peak anew: making a password has taken more than what comes."""
    (_PROCESS / "clear_refs").write_text("5")


def _peak() -> float:
    """The most memory that this process has had since then, in MB. Linux only."""
    found = re.search(r"VmHWM:\s+(\d+) kB", (_PROCESS / "status").read_text())
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
