"""A process that is killed at a chosen step of a money call. The product has no hooks for it:
store and gateway are wrapped here, from outside.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from storefront.assembly import assemble
from storefront.checkout import service as checkout
from storefront.checkout.service import Shopper
from storefront.config import Config
from storefront.current import Services
from storefront.orders import service as orders
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from storefront.store import Tx


class _Countdown:
    """Kills the process at the step whose number it was given."""

    def __init__(self, point: int) -> None:
        self.left = point

    def step(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


def _crash_around(services: Services, countdown: _Countdown) -> None:
    """Steps: before each transaction, after each commit, before and after each call."""
    transaction, send = services.store.transaction, services.gateway.send

    @contextmanager
    def counted() -> Iterator[Tx]:
        nested = services.store.in_transaction
        if not nested:
            countdown.step()
        with transaction() as tx:
            yield tx
        if not nested:
            countdown.step()

    def sent(*arguments: Any) -> dict[str, Any]:
        countdown.step()
        answer = send(*arguments)
        countdown.step()
        return answer

    services.store.transaction = counted  # type: ignore[method-assign] # from outside
    services.gateway.send = sent  # type: ignore[method-assign] # from outside


def buy(services: Services, cart_id: str, seller_id: str) -> None:
    """Start a checkout."""
    checkout.start(services, Shopper(cart_id), seller_id)


def refund(services: Services, order_id: str, amount: str) -> None:
    """Refund a part of an order, money and fee taken back from the seller and us."""
    with services.store.read() as tx:
        order = orders.by_id(tx, order_id)
    assert order is not None
    wish = Wish(int(amount), reverse_transfer=True, return_fee=True)
    refunds.request(services, order.id, wish, Author(form_token=f"form {order_id}"))


def run(config: Config, point: int, action: Callable[..., None], *arguments: str) -> None:
    """Do something in this process and die at a step of it, or do it all."""
    services = assemble(config)
    _crash_around(services, _Countdown(point))
    action(services, *arguments)
