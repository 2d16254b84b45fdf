"""The return page and Stripe's event at the same moment, on both databases."""

from storefront.plans import buying, repository
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_subscriptions.service import CANCEL
from tests.plans.conftest import Market
from tests.support.beside import beside


def test_a_payment_that_is_told_twice_at_once_counts_once(market: Market) -> None:
    """Else the second one finds that there is a plan already, and cancels it."""
    session = market.choose(market.plan())
    market.sandbox.control(f"sessions/{session}/pay")
    told = market.sandbox.get(f"/v1/checkout/sessions/{session}")
    store, seller = market.services.store, market.shop.seller

    def tell() -> None:
        with store.transaction() as tx:
            assert buying.completed(tx, told)

    with beside() as begin, store.transaction() as tx:
        repository.lock(tx, seller.id)
        begin(tell)
        assert buying.completed(tx, told)
    with store.read() as tx:
        found = repository.by_session(tx, session)
        assert found is not None
        assert found.state == repository.SUBSCRIBED
        assert stripe_calls.of_subject(tx, CANCEL, found.id) is None
