"""What is done about disputes by itself: the platform's rule, and those of sellers."""

from typing import Any

from flask import Blueprint

from storefront.evidence import rules
from storefront.evidence.forms import RuleForm
from storefront.money import CURRENCIES
from storefront.seller_policies.views import PolicyPage
from storefront.store import Tx

blueprint = Blueprint("answer_rules", __name__)

blueprint.add_app_template_filter(rules.words, "rule_words")


def _more(_tx: Tx) -> dict[str, Any]:
    return {"currencies": CURRENCIES}


PolicyPage(
    rules.RULES,
    RuleForm,
    "evidence/rules.html",
    decided="From now on, disputes follow this. Nothing is accepted within the next day.",
    removed="This seller's disputes follow the platform's rule again.",
    more=_more,
).add_to(blueprint, "/admin/disputes/answers")
