"""What the operator does about refunds that failed: pay the seller back, or try again."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.refunds import service as refunds
from storefront.repayments import service
from storefront.security.policies import policy

blueprint = Blueprint("repayments", __name__)

PAGE_SIZE = 25


@blueprint.get("/admin/refunds/failed")
@policy("operator")
def index() -> ResponseReturnValue:
    """Refunds that failed after they were pulled back, and what became of the sellers' money."""
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = service.queue(tx, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    return render_template(
        "repayments/index.html",
        found=found[:PAGE_SIZE],
        page=number,
        more=len(found) > PAGE_SIZE,
    )


@blueprint.get("/admin/refunds/<order_id>/<refund_id>/repayment")
@policy("operator")
def show(order_id: str, refund_id: str) -> ResponseReturnValue:
    """What the seller would get back, to the cent, or what became of it."""
    with current.store().read() as tx:
        order = refunds.order_of(tx, order_id)
        refund = refunds.one_of(tx, order.id, refund_id).refund
        context = {
            "order": order,
            "refund": refund,
            "repayment": service.of_subject(tx, refund.id),
            "why_not": service.why_not(tx, order, refund),
            "taken": refunds.taken(tx, order, refund),
        }
    return render_template("repayments/show.html", **context)


@blueprint.post("/admin/refunds/<order_id>/<refund_id>/repayment")
@policy("operator")
def create(order_id: str, refund_id: str) -> ResponseReturnValue:
    """Pay the seller back, once, however often this is sent."""
    service.pay_back(current.services(), order_id, refund_id, current_user.id)
    return htmx.redirect(url_for("repayments.show", order_id=order_id, refund_id=refund_id))
