"""Early fraud warnings as operators see them, until there is nothing left to do."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from storefront.current import Services
from storefront.fraud_warnings import service, words
from storefront.fraud_warnings.service import FraudWarning
from storefront.mail import service as mail
from storefront.orders import mail_facts
from storefront.orders.service import Order
from storefront.refunds.service import Refund
from stripe_sandbox.payments.fraud_warnings import TYPES
from tests.client import Browser
from tests.disputes.conftest import Open
from tests.support import mailbox
from tests.support.stripe import Stripe

PAGE = "/admin/disputes/warnings"
MakeRefund = Callable[..., Refund]
Warn = Callable[..., None]


@pytest.fixture
def warn(sandbox: Stripe, served: str) -> Warn:
    """Have a card's bank warn of a payment, and the event arrive."""

    def warn_(order: Order, **how: Any) -> None:
        sandbox.control(f"charges/{order.stripe_charge_id}/warn", **how)
        sandbox.settle()

    return warn_


def _warnings(services: Services, order: Order) -> list[FraudWarning]:
    with services.store.read() as tx:
        return service.of_order(tx, order.id)


def _proposed(olga: Browser, order: Order, reason: str) -> str:
    """The reason in the refund form behind a link that names one."""
    page = olga.page(f"/admin/refunds/{order.id}?reason={reason}")
    return page.form(f"/admin/refunds/{order.id}/confirm")["reason"]


def test_a_warning_leads_to_the_refund_that_prevents_the_dispute(
    paid: Order, warn: Warn, olga: Browser, refund: MakeRefund, sandbox: Stripe
) -> None:
    assert "Nothing to do" in olga.page(PAGE).text
    warn(paid, fraud_type="made_with_stolen_card")
    assert "Early warnings 1 a refund now prevents a dispute" in olga.page("/admin/disputes").text
    for address in (PAGE, f"/admin/orders/{paid.id}"):
        page = olga.page(address)
        assert "The card was stolen" in page.text
        assert f"/admin/refunds/{paid.id}?reason=fraudulent" in page.links().values()
    assert _proposed(olga, paid, "fraudulent") == "fraudulent"
    refund(paid, 400)
    sandbox.settle()
    assert str(paid.number) in olga.page(PAGE).text  # a part prevents nothing
    refund(paid, 600)
    sandbox.settle()
    assert str(paid.number) not in olga.page(PAGE).text
    assert "Refunded" in olga.page(f"{PAGE}?view=all").text
    assert "?reason=fraudulent" not in olga.page(f"/admin/orders/{paid.id}").html


def test_an_unknown_reason_proposes_the_usual_one(paid: Order, olga: Browser) -> None:
    assert _proposed(olga, paid, "moon_phase") == "requested_by_customer"


def test_what_is_disputed_is_a_matter_of_the_dispute(
    paid: Order, warn: Warn, dispute: Open, olga: Browser, services: Services
) -> None:
    warn(paid)
    dispute(paid, amount=300)
    assert [each.status for each in _warnings(services, paid)] == ["disputed"]
    assert "Nothing to do" in olga.page(PAGE).text
    assert (
        f"/admin/disputes?view=all&q={paid.number}"
        in olga.page(f"{PAGE}?view=all").links().values()
    )


def test_a_refund_that_comes_back_leaves_something_to_do_again(
    paid: Order, warn: Warn, refund: MakeRefund, sandbox: Stripe, services: Services
) -> None:
    warn(paid)
    made = refund(paid, 1000)
    sandbox.settle()
    assert [each.status for each in _warnings(services, paid)] == ["refunded"]
    sandbox.control(f"refunds/{made.stripe_refund_id}/fail", reason="declined")
    sandbox.settle()
    assert [each.status for each in _warnings(services, paid)] == ["to_do"]


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("none", "to_do"),
        ("over", "over"),
        ("dispute", "disputed"),
        ("refund", "refunded"),
        ("refund and failure", "to_do"),
    ],
)
def test_the_order_of_events_does_not_matter(
    paid: Order, sandbox: Stripe, services: Services, olga: Browser, end: str, status: str
) -> None:
    """Whoever could ever lean back gets no mail, even if a refund comes back later."""
    charge = paid.stripe_charge_id
    told = [sandbox.control(f"charges/{charge}/warn")]
    if "refund" in end:
        told.append(sandbox.post("/v1/refunds", {"charge": charge}))
    if "failure" in end:
        told.append(sandbox.control(f"refunds/{told[1]['id']}/fail", reason="declined"))
    if end == "dispute":
        told.append(sandbox.control(f"charges/{charge}/dispute"))
    warning = f"/v1/radar/early_fraud_warnings/{told[0]['id']}"
    told.append(sandbox.get(warning) | ({"actionable": False} if end == "over" else {}))
    results = [_after(services, paid, order) for order in permutations(told)]
    assert results == [results[0]] * len(results)
    assert results[0] == [(status, "due" if end == "none" else "overtaken")]


def _after(services: Services, order: Order, told: Any) -> list[tuple[str, str]]:
    """What stands in the tables after some facts; undone afterwards."""

    class Undo(Exception):
        pass

    found: list[tuple[str, str]] = []
    try:
        with services.store.transaction() as tx:
            for snapshot in told:
                services.settlement.fold(tx, snapshot)
            rows = tx.all(
                "SELECT w.status, m.state FROM fraud_warnings w JOIN mails m"
                " ON m.kind = 'fraud_warning' AND m.order_id = w.order_id"
            )
            found = [(row["status"], row["state"]) for row in rows]
            raise Undo
    except Undo:
        return found


def test_operators_get_one_mail_with_the_way_to_the_refund(
    paid: Order, warn: Warn, services: Services, olga: Browser
) -> None:
    warn(paid, fraud_type="made_with_lost_card")
    with services.store.transaction() as tx:
        services.settlement.project(tx, paid.id)
    mail.send_due(services, load=mail_facts.load)
    (sent,) = [each for each in mailbox.collect(services) if "fraud" in each.subject]
    assert sent.subject == f"Early fraud warning: order {paid.number}"
    assert "is fraud: the card was lost." in sent.text
    assert sent.link == f"/admin/refunds/{paid.id}?reason=fraudulent"


def test_a_warning_of_an_order_that_is_not_known_yet_is_adopted_with_it(
    paid: Order, sandbox: Stripe, services: Services
) -> None:
    """The event arrives before anything about its charge, as Stripe's order is no promise."""
    warning = sandbox.control(f"charges/{paid.stripe_charge_id}/warn")
    with services.store.transaction() as tx:
        tx.run("DELETE FROM stripe_objects WHERE object = 'charge'")
        assert services.settlement.fold(tx, warning) == []
        charge = sandbox.get(f"/v1/charges/{paid.stripe_charge_id}")
        services.settlement.fold(tx, charge)
    assert [each.id for each in _warnings(services, paid)] == [warning["id"]]


@pytest.mark.parametrize("code", [*TYPES, "moon_phase"])
def test_every_type_of_fraud_has_words_and_an_unknown_one_is_shown_as_it_came(code: str) -> None:
    assert (words.fraud_type(code) == code) == (code == "moon_phase")
