"""A process that is killed at a chosen step of a money call. The product has no hooks for it:
store and gateway are wrapped here, from outside.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import time_machine

from storefront import clock
from storefront.assembly import assemble
from storefront.checkout import service as checkout
from storefront.checkout.service import Shopper
from storefront.config import Config
from storefront.current import Services
from storefront.debts import service as debts
from storefront.errors import Refused
from storefront.evidence import answering, sending
from storefront.leaving import service as leaving
from storefront.refunds import approvals
from storefront.refunds import service as refunds
from storefront.refunds.preview import SHARES
from storefront.refunds.service import Author, Wish
from storefront.repayments import service as repayments
from storefront.sellers import creating
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.users import service as users
from storefront.worker import run_once


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


def refund(services: Services, order_id: str, amount: str, share: str) -> None:
    """Refund an order, or a part of it."""
    wish = Wish(int(amount), **SHARES[share])
    refunds.request(services, order_id, wish, Author(form_token=f"form {order_id}"))


def return_fee(services: Services, order_id: str, amount: str, actor_id: str) -> None:
    """Return a part of our fee alone."""
    author = Author(form_token=f"form {order_id}", actor_id=actor_id)
    refunds.return_fee(services, order_id, int(amount), "A kindness", author)


def approve(services: Services, order_id: str, refund_id: str, actor_id: str) -> None:
    """Approve a colleague's refund."""
    with suppress(Refused):  # it has been approved before
        approvals.approve(services, order_id, refund_id, actor_id)


def pay_back(services: Services, order_id: str, refund_id: str, actor_id: str) -> None:
    """Pay a seller back for a refund that has failed."""
    repayments.pay_back(services, order_id, refund_id, actor_id)


def submit_evidence(services: Services, dispute_id: str, version: str, actor_id: str) -> None:
    """Answer a dispute."""
    sending.submit(services, dispute_id, version, actor_id)


def create_account(services: Services, user_id: str, country: str) -> None:
    """Create the account of a person's shop."""
    with services.store.read() as tx:
        user, seller = users.by_id(tx, user_id), sellers.seller_of_user(tx, user_id)
    assert user is not None
    assert seller is not None
    creating.create(services, user, seller, country)


def accept_dispute(services: Services, dispute_id: str, actor_id: str) -> None:
    """Give a dispute up."""
    sending.accept(services, dispute_id, actor_id)


def save_evidence(services: Services, dispute_id: str, actor_id: str) -> None:
    """Save the evidence at Stripe."""
    sending.save(services, dispute_id, actor_id)


def answer_by_rule(services: Services, moment: str) -> None:
    """Do what rules say at a moment."""
    with time_machine.travel(clock.parse(moment)):
        answering.answer_due(services)


def leave(services: Services, seller_id: str, actor_id: str) -> None:
    """Disconnect a shop's account."""
    with suppress(Refused):  # it has left before
        leaving.leave(services, seller_id, actor_id)


def settle(services: Services) -> None:
    """Take back what sellers owe."""
    debts.settle_due(services)
    stripe_calls.resume_due(services)


def hear_of_dispute(services: Services, dispute_id: str) -> None:
    """Learn how a dispute stands, and let the seller's money follow."""
    reported = services.gateway.dispute(dispute_id)
    with services.store.transaction() as tx:
        services.settlement.fold(tx, reported)
    settle(services)


_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


def killed_at(config: Config, point: int, action: Callable[..., None], *arguments: str) -> bool:
    """Do something in another process that is killed at a step; False if it ended before."""
    process = _processes.Process(target=_run, args=(config, point, action, *arguments))
    process.start()
    process.join(60)
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def recover(services: Services) -> None:
    """What the worker does once the dead process's lease has run out."""
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        for _ in range(4):
            run_once(services)


def _run(config: Config, point: int, action: Callable[..., None], *arguments: str) -> None:
    """Do something in this process and die at a step of it, or do it all."""
    services = assemble(config)
    _crash_around(services, _Countdown(point))
    action(services, *arguments)
