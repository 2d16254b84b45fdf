"""When disputed money is recovered: the platform's rule, and those of sellers."""

from typing import Any

from flask import Blueprint

from storefront.disputes.forms import PolicyForm
from storefront.disputes.policies import FEES, POLICIES, RECOVERIES
from storefront.seller_policies.views import PolicyPage
from storefront.store import Tx

blueprint = Blueprint("dispute_policies", __name__)


def _more(_tx: Tx) -> dict[str, Any]:
    return {"recoveries": RECOVERIES, "fees": FEES}


PolicyPage(
    POLICIES,
    PolicyForm,
    "disputes/policies.html",
    decided="From now on, disputes follow this.",
    removed="This seller's disputes follow the platform's policy again.",
    more=_more,
).add_to(blueprint, "/admin/disputes/policies")
