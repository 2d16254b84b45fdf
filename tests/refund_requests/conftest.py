"""What the tests about refund requests share."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from storefront.config import Config
from storefront.current import Services
from storefront.orders.service import Order
from storefront.refund_requests import conversation
from storefront.refund_requests.thread import Thread
from storefront.refunds import service as refunds
from storefront.refunds.service import Refund
from tests.cast import Cast
from tests.client import Browser
from tests.support.mailbox import Message, collect

Letters = Callable[[str], list[Message]]
Made = Callable[[Order], list[Refund]]

BOB = "bob@example.com"


def sold(thread: Thread, *rest: str) -> str:
    """A request's address for its seller."""
    return "/".join(["/sell/requests", thread.request.id, *rest])


def admin(thread: Thread, *rest: str) -> str:
    """A request's address for operators."""
    return "/".join(["/admin/requests", thread.request.id, *rest])


def titles(found: list[Message]) -> list[str]:
    """What some mails are about."""
    return [message.subject.partition(": ")[2] for message in found]


@pytest.fixture
def config(config: Config) -> Config:
    """Sellers may accept up to 20.00 US dollars themselves."""
    return replace(config, seller_refund_limit=(("usd", 2000),))


@pytest.fixture
def paid(cast: Cast) -> Order:
    """Two mugs for 10.00 each and 5.00 shipping at Alice's shop; the fee is 2.50, Bob pays."""
    return cast.order(
        cast.listing(cast.shop(), title="Mug", requires_shipping=True), quantity=2, email=BOB
    )


@pytest.fixture
def alice(paid: Order, as_user: Callable[[str], Browser]) -> Browser:
    """The seller's browser."""
    return as_user("Alice")


@pytest.fixture
def olga(as_user: Callable[[str], Browser]) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


class Shopper:
    """Whoever has the link of an order."""

    def __init__(self, browser: Browser, services: Services) -> None:
        self.browser = browser
        self._services = services

    def fields(self, order: Order, **changes: str) -> dict[str, str]:
        """The form as it is first shown, with changes."""
        path = self.path(order)
        return self.browser.page(path).form(path) | {"reason": "damaged"} | changes

    def asks(self, order: Order, **changes: str) -> Thread:
        """Send the form; the request that it made."""
        answer = self.browser.post(self.path(order), data=self.fields(order, **changes))
        assert answer.status_code == 303, answer.text
        return self.newest(order)

    def newest(self, order: Order) -> Thread:
        """The newest request of an order."""
        with self._services.store.read() as tx:
            return conversation.of_order(tx, order.id)[0]

    def all(self, order: Order) -> list[Thread]:
        """Every request of an order."""
        with self._services.store.read() as tx:
            return conversation.of_order(tx, order.id)

    @staticmethod
    def path(order: Order) -> str:
        """Where an order's form is."""
        return f"/orders/{order.token}/request"

    def does(self, order: Order, act: str, message: str = "", status: int = 303) -> Thread:
        """Say or do something about the newest request."""
        request = self.newest(order).request
        path = f"/orders/{order.token}/requests/{request.id}/{act}"
        answer = self.browser.post(path, data={"message": message})
        assert answer.status_code == status, answer.text
        return self.newest(order)

    def reads(self, order: Order) -> str:
        """The words of the order's page."""
        return self.browser.page(f"/orders/{order.token}").text


@pytest.fixture
def shopper(client: Browser, services: Services) -> Shopper:
    """A guest with the link."""
    return Shopper(client, services)


@pytest.fixture
def made(services: Services) -> Callable[[Order], list[Refund]]:
    """An order's refunds."""

    def read(order: Order) -> list[Refund]:
        with services.store.read() as tx:
            return refunds.of_order(tx, order.id)

    return read


@pytest.fixture
def letters(services: Services) -> Callable[[str], list[Message]]:
    """The mails about requests that somebody got: `letters("alice@example.com")`."""

    def read(to: str) -> list[Message]:
        for job in services.jobs:
            if job.name == "mail":
                job.run(services)
        found = [message for message in collect(services) if message.to == to]
        return [message for message in found if ", refund: " in message.subject]

    return read
