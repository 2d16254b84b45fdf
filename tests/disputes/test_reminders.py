"""Reminders to answer a dispute: each once, and none too late."""

from collections.abc import Callable
from datetime import timedelta

import time_machine

from storefront import clock
from storefront.current import Services
from storefront.disputes.service import Dispute
from storefront.evidence import reminders
from storefront.mail import service as mail
from storefront.orders import mail_facts
from storefront.orders.service import Order
from tests.client import Browser
from tests.disputes.conftest import Open
from tests.support import mailbox


def test_reminders_go_once_each_while_nobody_has_answered(
    paid: Order,
    dispute: Open,
    olga: Browser,
    services: Services,
    answer: Callable[[Dispute], Dispute],
) -> None:
    opened, answered = dispute(paid, amount=300), dispute(paid, amount=200)
    answer(answered)
    due_by = clock.parse(opened.due_by or "")

    def left(**delta: float) -> int:
        with time_machine.travel(due_by - timedelta(**delta)):
            return reminders.remind_due(services) + reminders.remind_due(services)

    sent = [left(days=8), left(days=6.9), left(days=5), left(days=2.9), left(hours=20)]
    assert sent == [0, 2, 0, 2, 2]  # to Olga and Alice
    assert left(hours=-1) == 0
    with time_machine.travel(due_by):
        mail.send_due(services, load=mail_facts.load)
    reminded = [each for each in mailbox.collect(services) if "left to answer" in each.subject]
    assert {each.link for each in reminded} == {
        f"/admin/disputes/{opened.id}/evidence", f"/sell/disputes/{opened.id}/evidence",
    }  # fmt: skip
    assert {each.subject.partition(": ")[2] for each in reminded} == {
        "7 days left to answer", "3 days left to answer", "one day left to answer",
    }  # fmt: skip
    assert all("$3.00 of order" in each.text for each in reminded)


def test_a_dispute_that_arrives_late_brings_no_reminder_of_days_that_had_passed(
    paid: Order, dispute: Open, services: Services
) -> None:
    opened = dispute(paid)
    soon = clock.timestamp(clock.now() + timedelta(days=2))
    with services.store.transaction() as tx:
        tx.run("UPDATE disputes SET due_by = :soon WHERE id = :id", soon=soon, id=opened.id)
    assert reminders.remind_due(services) == 0
    with time_machine.travel(clock.now() + timedelta(days=1, hours=1)):
        assert reminders.remind_due(services) == 1  # to Alice: there is no operator
