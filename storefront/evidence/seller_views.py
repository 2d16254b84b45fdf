"""A seller's part of the evidence: what they know, and files."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from storefront import current, htmx
from storefront.disputes import service as disputes
from storefront.disputes.service import Dispute
from storefront.evidence import editing
from storefront.evidence.editing import Side
from storefront.security.policies import policy
from storefront.sellers.views import own_shop

blueprint = Blueprint("seller_evidence", __name__)

_SIDE = Side("seller", "seller_disputes.show", "seller_evidence.save")


@blueprint.get("/sell/disputes/<dispute_id>/evidence")
@policy("seller")
def edit(dispute_id: str) -> ResponseReturnValue:
    """The editor."""
    return editing.show(_SIDE, _own(dispute_id))


@blueprint.post("/sell/disputes/<dispute_id>/evidence")
@policy("seller")
def save(dispute_id: str) -> ResponseReturnValue:
    """Keep it for the operator, who submits it."""
    refused = editing.save(_SIDE, _own(dispute_id))
    return refused or htmx.redirect(url_for(_SIDE.show, dispute_id=dispute_id))


def _own(dispute_id: str) -> Dispute:
    with current.store().read() as tx:
        return disputes.of_seller(tx, own_shop(tx).id, dispute_id)
