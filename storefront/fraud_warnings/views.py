"""Early fraud warnings beside the board of disputes, for operators."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.disputes import service as disputes
from storefront.fraud_warnings import service, words
from storefront.security.policies import policy

blueprint = Blueprint("fraud_warnings", __name__)

PAGE_SIZE = 25

blueprint.add_app_template_filter(words.fraud_type, "fraud_type")
blueprint.add_app_template_filter(words.status, "fraud_warning_status")
blueprint.add_app_template_filter(words.tone, "fraud_warning_tone")
blueprint.add_app_template_filter(words.sentence, "fraud_warning_sentence")


@blueprint.app_template_global()
def fraud_warnings_to_do() -> int:
    """How many warnings wait for a decision."""
    with current.store().read() as tx:
        return service.counted(tx)["to_do"]


@blueprint.get("/admin/disputes/warnings")
@policy("operator")
def index() -> ResponseReturnValue:
    """What card issuers suspect, the newest first."""
    view = "all" if request.args.get("view") == "all" else "to_do"
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = service.page(tx, view, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
        counts, of_board = service.counted(tx), disputes.counted(tx)
    return render_template(
        "fraud_warnings/index.html",
        found=found[:PAGE_SIZE],
        more=len(found) > PAGE_SIZE,
        page=number,
        view=view,
        warnings=counts,
        views=[(key, title) for key, (title, _) in disputes.VIEWS.items()],
        counts=of_board,
    )
