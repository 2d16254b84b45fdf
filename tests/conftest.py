"""The ground that tests stand on: databases, Stripe's sandbox, the application, a client.

A test that asks for `services`, `app` or `client` runs twice, on SQLite and on PostgreSQL;
mark it `one_database` if it has nothing to do with the database, or takes long: `make proof` then
runs it on both.
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from playwright.sync_api import Browser as ChromiumBrowser

from storefront import create_app, installation
from storefront import worker as worker_loop
from storefront.assembly import assemble
from storefront.config import Config
from storefront.current import Services
from storefront.fees import APPLICATION_FEE
from storefront.security import passwords
from storefront.store import Store, open_store
from storefront.store.migrate import migrate
from tests.cast import PASSWORD, Cast
from tests.client import Browser
from tests.support import chromium, clients, postgresql, serving
from tests.support.addresses import CompiledOnce
from tests.support.scale import WHOLE
from tests.support.stripe import Stripe
from tests.support.stripe import running as running_stripe
from tests.support.templates import COMPILED

settings.register_profile("storefront", deadline=None)
settings.load_profile("storefront")

_NEEDS = {
    "postgresql": (postgresql.binaries, postgresql.HOW_TO_GET_IT),
    "browser": (chromium.executable, chromium.HOW_TO_GET_IT),
    "node": (clients.executable, clients.HOW_TO_GET_IT),
}


# What this machine has -------------------------------------------------------------------


def _missing() -> dict[str, str]:
    return {marker: how for marker, (find, how) in _NEEDS.items() if not find()}


_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, not a file of a known name
_ENOUGH_BYTES = 2**30


def pytest_configure(config: pytest.Config) -> None:
    """Where everything must be tested, everything must be there.

    Databases lie in memory if there is enough of it: SQLite waits for the disk at each commit.
    """
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    if os.environ.get("CI") == "true" and (missing := _missing()):
        raise pytest.UsageError("; ".join(missing.values()))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches the database on both kinds of it."""
    if "database_url" in metafunc.fixturenames:
        kinds: list[object] = ["sqlite"]
        if WHOLE or not metafunc.definition.get_closest_marker("one_database"):
            kinds.append(pytest.param("postgresql", marks=pytest.mark.postgresql))
        metafunc.parametrize("database_url", kinds, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run."""
    missing = _missing()
    for item in items:
        for marker, how in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=how))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line each what was measured, what was left out and how to get it."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(str(value))
    for how in _missing().values():
        terminalreporter.write_line(f"Left out: {how}", yellow=True)


# Databases -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """One server for the run of this process."""
    with postgresql.server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    return path


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of the test's own."""
    if request.param == "postgresql":
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        with server.database() as url:
            yield url
    else:
        path = tmp_path / "storefront.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """The data layer alone, for tests that need nothing above it."""
    opened = open_store(database_url)
    yield opened
    opened.close()


# Stripe's sandbox ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Stripe]:
    """The sandbox on a loopback port, for the run of this process."""
    with running_stripe() as stripe:
        yield stripe


@pytest.fixture
def sandbox(running_sandbox: Stripe) -> Iterator[Stripe]:
    """Stripe's sandbox without any account, payment or delivery left over."""
    running_sandbox.reset()
    yield running_sandbox
    running_sandbox.reset()


# Chromium --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[ChromiumBrowser]:
    """One Chromium for the run of this process; Playwright allows no second one beside it."""
    with chromium.running() as running:
        yield running


# Passwords -------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[PasswordHasher]:
    """Argon2 with hardly any cost: people sign in a thousand times here. Gives the real one."""
    real = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords._hasher = real


# The application -------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def quick_addresses() -> Iterator[None]:
    """Applications that share what is compiled of their addresses."""
    slow = Flask.url_rule_class
    Flask.url_rule_class = CompiledOnce
    yield
    Flask.url_rule_class = slow


@pytest.fixture
def port() -> Iterator[socket.socket]:
    """The reserved port behind PUBLIC_URL."""
    reserved = serving.reserve()
    yield reserved
    reserved.close()


@pytest.fixture
def fee_mode() -> str:
    """How the platform keeps its fee; `both_fee_modes` runs a test either way."""
    return APPLICATION_FEE


@pytest.fixture
def config(
    database_url: str, sandbox: Stripe, port: socket.socket, tmp_path: Path, fee_mode: str
) -> Config:
    """Settings as an installation has them, with Stripe at the sandbox."""
    public_url = serving.address_of(port)
    secret, connect_secret = sandbox.register(public_url)
    return Config(
        secret_key="a secret of at least thirty-two characters",
        public_url=public_url,
        stripe_secret_key="sk_test_storefront",
        stripe_client_id="ca_storefront",
        stripe_webhook_secrets=(secret,),
        stripe_connect_webhook_secrets=(connect_secret,),
        database_url=database_url,
        stripe_api_base=sandbox.url,
        stripe_connect_base=sandbox.url,
        stripe_files_base=sandbox.url,
        fee_mode=fee_mode,
        media_root=tmp_path / "media",
        mail_folder=tmp_path / "mail",
    )


@pytest.fixture
def services(config: Config) -> Iterator[Services]:
    """Store, gateway and everything registered, as the worker has them."""
    assembled = assemble(config)
    installation.check(assembled.store, config)
    yield assembled
    assembled.store.close()


@pytest.fixture
def app(services: Services) -> Flask:
    """The web application; failures become pages, as for a visitor."""
    application = create_app(services=services)
    application.config["PROPAGATE_EXCEPTIONS"] = False
    application.test_client_class = Browser
    application.jinja_env.bytecode_cache = COMPILED
    return application


@pytest.fixture
def client(app: Flask) -> Browser:
    """A guest's browser, inside this process."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def cast(services: Services, sandbox: Stripe) -> Cast:
    """Makes Alice's shop, what she sells, and what Bob buys."""
    return Cast(services, sandbox)


@pytest.fixture
def as_user(app: Flask, cast: Cast) -> Callable[..., Browser]:
    """The browser of somebody who has signed in: `as_user("Alice")`, `as_user("Olga")`."""

    def sign_in(name: str) -> Browser:
        user = cast.operator() if name == "Olga" else cast.user(name)
        browser = app.test_client()
        assert isinstance(browser, Browser)
        answer = browser.submit("/sign-in", "/sign-in", email=user.email, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        browser.get("/account")
        return browser

    return sign_in


@pytest.fixture
def served(app: Flask, port: socket.socket, sandbox: Stripe) -> Iterator[str]:
    """The application at its PUBLIC_URL, where the sandbox delivers its events."""
    with serving.serving(app, port):
        yield serving.address_of(port)
        sandbox.settle()


@pytest.fixture
def worker(services: Services, sandbox: Stripe) -> Callable[[], None]:
    """Run the worker's jobs and let events arrive, until nothing is left to do."""

    def run_until_quiet() -> None:
        for _ in range(50):
            sandbox.settle()
            if not worker_loop.run_once(services):
                return
        raise AssertionError("the worker never comes to rest")

    return run_until_quiet
