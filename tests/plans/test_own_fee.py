"""A seller's own rule decides whatever the plan is, and every page and mail says so."""

from collections.abc import Callable

import pytest

from storefront import clock
from storefront.fee_rules import service as fee_rules
from storefront.fee_rules.service import SELLER, NewRule
from storefront.fees import FeeRule
from tests.plans.conftest import PAGE, Market
from tests.support import mailbox

pytestmark = pytest.mark.one_database


def test_pages_and_mails_name_the_fee_that_decides(
    market: Market, worker: Callable[[], None]
) -> None:
    rule = NewRule(SELLER, market.shop.seller.slug, FeeRule(30_000), clock.timestamp())
    with market.services.store.transaction() as tx:
        fee_rules.add(tx, rule, None)
    session = market.choose(market.plan())
    market.sandbox.control(f"sessions/{session}/pay")
    back = market.alice.page(f"{PAGE}/return?session_id={session}").text
    assert "The fee on your sales stays 3%" in back
    mine = market.alice.page(PAGE).text.split("Fee on your sales", 1)[1]
    assert mine.index("3%") < mine.index("5%")
    ending = market.alice.page(f"{PAGE}/end").text
    assert "The fee on your sales stays 3%" in ending
    assert "and its fee" not in ending
    worker()
    (told,) = [each for each in mailbox.collect(market.services) if "on the plan" in each.subject]
    assert "The fee on your sales stays 3%, as you have agreed" in told.text
    assert market.fee() == 30
