"""How refunds are shared by default: for the platform, and for single sellers."""

from typing import Any

from flask import Blueprint

from storefront import current
from storefront.fees import spelled
from storefront.refunds.forms import PolicyForm
from storefront.refunds.policies import POLICIES
from storefront.seller_policies.views import PolicyPage
from storefront.store import Tx

blueprint = Blueprint("refund_policies", __name__)

blueprint.add_app_template_filter(spelled, "amounts")


def _more(_tx: Tx) -> dict[str, Any]:
    return {"limits": current.config()}


PolicyPage(
    POLICIES,
    PolicyForm,
    "refunds/policies.html",
    decided="From now on, refund pages propose this.",
    removed="This seller's orders follow the platform's policy again.",
    more=_more,
).add_to(blueprint, "/admin/refunds/policies")
