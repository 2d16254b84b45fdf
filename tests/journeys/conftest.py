"""Visitors with browsers, the served application, and a worker that runs when told to."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from storefront import worker as worker_loop
from storefront.current import Services
from tests.cast import PASSWORD, Cast
from tests.journeys.visitor import Visitor, Watch
from tests.support import mailbox
from tests.support.mailbox import Message


@pytest.fixture
def watch() -> Iterator[Watch]:
    """No journey may end with an error in a console, a refused script or a failed request."""
    watching = Watch()
    yield watching
    assert watching.problems == []


@pytest.fixture
def visitor(browser: Browser, served: str, watch: Watch) -> Iterator[Callable[..., Visitor]]:
    """Somebody with an empty browser: `visitor()`, or `visitor(java_script_enabled=False)`."""
    contexts = []

    def arrive(**settings: Any) -> Visitor:
        defaults = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(**defaults | settings)
        contexts.append(context)
        watch.over(context)
        scripts = settings.get("java_script_enabled", True)
        return Visitor(context, served, watch, has_scripts=scripts)

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def guest(visitor: Callable[..., Visitor]) -> Visitor:
    """A shopper without an account."""
    return visitor()


@pytest.fixture
def signed_in(visitor: Callable[..., Visitor], cast: Cast) -> Callable[..., Visitor]:
    """Somebody of the cast, signed in: `signed_in("Alice")`; Olga operates."""

    def sign_in(name: str, **settings: Any) -> Visitor:
        user = cast.operator() if name == "Olga" else cast.user(name)
        person = visitor(**settings)
        person.opens("/sign-in")
        person.types("E-mail", user.email)
        person.types("Password", PASSWORD)
        person.presses("Sign in")
        person.arrives_at("/")
        return person

    return sign_in


@pytest.fixture
def letter(services: Services) -> Callable[[str], Message]:
    """The newest message whose subject holds these words."""

    def newest(words: str) -> Message:
        found = mailbox.collect(services)
        fitting = [message for message in found if words in message.subject]
        assert fitting, f"only {[message.subject for message in found]}"
        return fitting[-1]

    return newest


@pytest.fixture
def at_work(services: Services) -> Iterator[None]:
    """The worker, running beside the application as it does in production."""
    stop = threading.Event()
    thread = threading.Thread(target=worker_loop.run_forever, args=(services, stop))
    thread.start()
    yield
    stop.set()
    thread.join()
