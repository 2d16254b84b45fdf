"""Where refunds that were made elsewhere wait, and where they are kept once reviewed."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.external_refunds import views
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds import service as refunds
from storefront.refunds.service import Refund
from tests.client import Browser
from tests.external_refunds.conftest import Elsewhere
from tests.support.stripe import Stripe

INBOX = "/admin/refunds/external"


def path(refund: Refund) -> str:
    return f"/admin/refunds/{refund.order_id}/{refund.id}/review"


def test_an_empty_inbox_says_so(paid: Order, refund: Callable[..., Refund], olga: Browser) -> None:
    refund(paid, 400)
    page = olga.page(INBOX)
    assert "No refund was made elsewhere" in page.text
    assert olga.page("/admin/refunds").links()["Made elsewhere"] == INBOX
    assert "Refunds made elsewhere 0 say" in olga.page("/admin").text


def test_a_refund_waits_until_somebody_says_what_it_means(
    paid: Order, elsewhere: Elsewhere, olga: Browser
) -> None:
    made = elsewhere(paid, 250)
    assert "Refunds made elsewhere 1 say" in olga.page("/admin").text
    page = olga.page(INBOX)
    assert page.links()[str(paid.number)] == path(made)
    assert f"/admin/orders/{paid.id}/funds" in page.links().values()
    for words in ("1 to review", "Alice's shop", "$2.50", "Platform", "Sent to the bank"):
        assert words in page.text
    olga.post(path(made), data={"scope": "amount", "note": "Agreed by telephone"})
    assert "Refunds made elsewhere 0 say" in olga.page("/admin").text
    page = olga.page(INBOX)
    assert "Nothing to review" in page.text
    for words in ("Reviewed", "Agreed by telephone", "Olga, "):
        assert words in page.text


def test_one_that_only_reconciliation_finds_waits_too(
    services: Services, paid: Order, enrich: Callable[[Order], None], sandbox: Stripe, olga: Browser
) -> None:
    enrich(paid)
    values = {"charge": paid.stripe_charge_id, "amount": 250, "reverse_transfer": "true"}
    sandbox.post("/v1/refunds", values)
    assert "No refund was made elsewhere" in olga.page(INBOX).text
    run = reconciling.start(services, reconciling.COMMAND)
    reconciling.run_to_end(services, run, lambda _: None)
    assert "Seller" in olga.page(INBOX).text
    with services.store.read() as tx:
        (found,) = refunds.of_order(tx, paid.id)
    assert "$2.50 is pulled back" in olga.page(path(found)).text


@pytest.mark.one_database
def test_old_ones_stand_on_further_pages(
    paid: Order, elsewhere: Elsewhere, olga: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 1)
    first, second = elsewhere(paid, 100), elsewhere(paid, 200)
    olga.post(path(second), data={"scope": "amount", "note": "A discount"})
    page = olga.page(INBOX)
    assert (page.links()[str(paid.number)], "A discount" in page.text) == (path(first), False)
    page = olga.page(INBOX + page.links()["Older"])
    assert (page.links()[str(paid.number)], "A discount" in page.text) == (path(second), True)
    assert "No refund" not in page.text
    assert "Older" not in page.links()
