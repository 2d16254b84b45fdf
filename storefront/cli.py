"""The command line: `python -m storefront --help`."""

import re
import signal
import socket
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import click

from storefront import clock, installation, request_log
from storefront import worker as loop
from storefront.assembly import assemble
from storefront.config import Config, ConfigError
from storefront.current import Services
from storefront.errors import StorefrontError
from storefront.export import service as exporting
from storefront.reconciliation import service as reconciling
from storefront.reconciliation import words as said
from storefront.seed import service as seeding
from storefront.store import open_store
from storefront.store.migrate import migrate as apply_migrations
from storefront.stored_data import service as fetching
from storefront.stored_data import words as fetched
from storefront.stripe_gateway.failures import StripeFailure
from storefront.users import service as users

ROOT = Path(__file__).parents[1]
WORKERS = 2
THREADS = 8
"""For each worker: more than the processor needs, so that slow calls to Stripe block nobody."""

DRAIN_SECONDS = 30

_PASSWORD = re.compile(r"(://[^:/@]*:).*@")


class _Group(click.Group):
    """Turns what people can correct into a message without a traceback."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except ConfigError as error:
            raise click.ClickException(str(error)) from error
        except (StorefrontError, StripeFailure) as error:
            raise click.ClickException(error.message) from error


@click.group(cls=_Group)
def main() -> None:
    """A marketplace on Stripe Connect. README.md has the table of all settings."""


@main.command()
def serve() -> None:
    """Serve the shop. Needs a migrated database; `worker` runs beside it."""
    services = _ready_services()
    services.store.close()
    _check_port(services.config)
    _serve(services.config)


@main.command()
def worker() -> None:
    """Do what happens in the background: calls to Stripe, events, mails."""
    services = _ready_services()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    loop.run_forever(services, stop)
    services.store.close()


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema. Safe to repeat, also at the same time."""
    store = open_store(Config.from_env().database_url)
    for name in apply_migrations(store):
        click.echo(f"applied {name}")
    store.close()
    click.echo("The database is up to date.")


@main.command()
@click.option("--password-stdin", is_flag=True, help="Read the sellers' password from there.")
def seed(password_stdin: bool) -> None:
    """Fill an installation in test mode with shops and listings to look at."""
    services = _ready_services()
    planted = seeding.plant(services, _password(password_stdin))
    services.store.close()
    click.echo("\n".join(planted) or "Everything is there already.")


@main.command("create-operator")
@click.argument("email")
@click.option("--name", default="Operator", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_operator(email: str, name: str, password_stdin: bool) -> None:
    """Make an account that may see and refund every order."""
    services = _ready_services()
    password = _password(password_stdin)
    with services.store.transaction() as tx:
        user = users.create(tx, email, name, password, operator=True)
    services.store.close()
    click.echo(f"{user.email} may sign in and operate the marketplace.")


@main.command("check-config")
def check_config() -> None:
    """Check the settings and the database, and show what is in force (no secrets)."""
    services = _ready_services()
    services.store.close()
    config = services.config
    for name in config.__slots__:
        if not name.endswith(("secret_key", "secrets", "mail_url")):
            value = _PASSWORD.sub(r"\1…@", str(getattr(config, name)))
            click.echo(f"{name.upper():24} {value}")
    click.echo(f"The settings are complete. Payments are in {config.mode} mode.")


@main.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was made since a day.")
def reconcile(since: datetime | None) -> None:
    """Compare our books with Stripe's, and repair what webhooks have missed.

    Continues where an earlier one stopped. Ends with 1 if something differs.
    """
    services = _ready_services()
    run = _reconciliation(services, since)
    run = reconciling.run_to_end(services, run, _say_progress)
    with services.store.read() as tx:
        found = reconciling.findings(tx, run.id, repaired=False, limit=1000)
    services.store.close()
    click.echo(said.verdict(run))
    for each in found:
        click.echo(f"- Order {each.order_number or 'unknown'}: {said.sentence(each)}")
        click.echo(f"  {said.advice(each)}")
    sys.exit(1 if found else 0)


@main.command()
@click.option("--seller", "slugs", multiple=True, help="The address of a shop; all if left out.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(list(fetching.KINDS)),
    help="What to fetch; everything if left out.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was made since a day.")
def fetch(slugs: tuple[str, ...], kinds: tuple[str, ...], since: datetime | None) -> None:
    """Copy what connected accounts have at Stripe. Of Stripe it only reads.

    Goes on where an earlier one was stopped; the next one fetches what came since. Ends with 1 if
    something could not be fetched.
    """
    services = _ready_services()
    moment = int(since.replace(tzinfo=UTC).timestamp()) if since else None
    with services.store.transaction() as tx:
        accounts = [fetching.account_of(tx, slug) for slug in slugs] or fetching.connected(tx)
        for account_id in accounts:
            fetching.start(tx, account_id, list(kinds or fetching.KINDS), since=moment)
    ended = fetching.run_to_end(services, accounts, _say_fetched)
    services.store.close()
    open_ones = [each for each in ended if each.problem]
    for each in open_ones:
        click.echo(f"- {each.stripe_account_id}, {fetched.progress(each)}")
    click.echo(f"{len(accounts)} accounts, {sum(each.seen for each in ended):,} objects.")
    sys.exit(1 if open_ones else 0)


def _say_fetched(found: fetching.Fetch) -> None:
    click.echo(f"{found.stripe_account_id}, {fetched.progress(found)}", err=True)


@main.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def backup(target: Path) -> None:
    """Copy the database into the file TARGET while the shop goes on. Pictures are not in it."""
    config = Config.from_env()
    if target.exists():
        raise click.ClickException(f"{target} exists already. Choose another name.")
    store = open_store(config.database_url)
    store.backup(target)
    store.close()
    click.echo(f"{target}: {target.stat().st_size:,} bytes. Copy {config.media_root} as well.")


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(exporting.FORMATS),
    default="sqlite",
    show_default=True,
    help="One SQLite file, or a folder with a file for each table.",
)
@click.option("--force", is_flag=True, help="Replace an earlier export.")
def export(target: Path, format_: str, force: bool) -> None:
    """Write orders, refunds, disputes, fees and the ledger for analysis. No secrets.

    The SQLite file has keys, indexes, full-text search and views, made for Datasette.
    """
    services = _ready_services()
    rows = exporting.write(services.store, target, format_, force=force)
    services.store.close()
    click.echo(f"{target}: {rows:,} rows. It names people: keep it as you keep a backup.")


def _say_progress(run: reconciling.Reconciliation) -> None:
    click.echo(said.progress(run), err=True)


def _reconciliation(services: Services, since: datetime | None) -> reconciling.Reconciliation:
    with services.store.read() as tx:
        run = reconciling.running(tx)
    day = clock.timestamp(since.replace(tzinfo=UTC)) if since else None
    return run or reconciling.start(services, reconciling.COMMAND, since=day)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _ready_services() -> Services:
    config = Config.from_env()
    request_log.configure(config.log_level)
    services = assemble(config)
    installation.check(services.store, config)
    return services


def _check_port(config: Config) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise click.ClickException(
                f"{config.host}:{config.port} cannot be used ({error.strerror})."
                " Stop the other program, or set HOST and PORT."
            ) from error


def _serve(config: Config) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "app:app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN_SECONDS,
        working_dir=ROOT,
        log_level=LogLevels(config.log_level.lower()),
    )
    server.serve()
