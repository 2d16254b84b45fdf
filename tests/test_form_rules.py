"""Rules that forms share."""

from collections.abc import Callable
from typing import Any

import pytest

from storefront.current import Services
from tests.client import Browser

pytestmark = pytest.mark.one_database

POLICIES = {
    "dispute_policies": ("/admin/disputes/policies", {"recovery": "at_once", "fee": "keep"}),
    "answer_rules": ("/admin/disputes/answers", {"submits": "yes"}),
    "refund_policies": ("/admin/refunds/policies", {"share": "keep_fee", "on_failure": "ask"}),
    "merchant_rules": ("/admin/merchants", {"merchant": "seller"}),
}


@pytest.mark.parametrize("table", POLICIES)
def test_a_policy_for_a_shop_that_is_not_named_does_not_become_the_platforms(
    services: Services, as_user: Callable[[str], Browser], table: str
) -> None:
    olga = as_user("Olga")
    path, chosen = POLICIES[table]

    def sent(**shop: str) -> tuple[int, Any]:
        olga.page(path)
        answer = olga.post(path, data={**chosen, **shop})
        with services.store.read() as tx:
            rows = tx.value(f"SELECT COUNT(*) FROM {table}")
        assert (answer.status_code == 422) == ("Please say which shop this is for." in answer.text)
        return answer.status_code, rows

    assert [sent(shop=""), sent(shop="  "), sent()] == [(422, 0), (422, 0), (303, 1)]
