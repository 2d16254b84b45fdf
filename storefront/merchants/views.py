"""Who is the merchant of record: the platform's rule, and those of sellers."""

from typing import Any

from flask import Blueprint

from storefront.merchants import service
from storefront.merchants.forms import RuleForm
from storefront.seller_policies.views import PolicyPage
from storefront.sellers import countries
from storefront.store import Tx

blueprint = Blueprint("merchants", __name__)


def _more(tx: Tx) -> dict[str, Any]:
    platform = service.platform(tx)
    return {
        "merchants": service.MERCHANTS,
        "country": countries.name(platform.country) if platform.country else "",
        "out_of_reach": service.out_of_reach(tx),
    }


PolicyPage(
    service.RULES,
    RuleForm,
    "merchants/index.html",
    decided="From now on, sales follow this.",
    removed="This seller's sales follow the platform's rule again.",
    more=_more,
).add_to(blueprint, "/admin/merchants")
