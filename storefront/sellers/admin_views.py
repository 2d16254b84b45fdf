"""Pages with which an operator looks after the sellers."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from storefront import current, htmx
from storefront.errors import NotFound, Refused
from storefront.security.policies import policy
from storefront.sellers import accounts, creating, directory, service, states
from storefront.users import service as users

blueprint = Blueprint("sellers_admin", __name__)


@blueprint.get("/admin/sellers")
@policy("operator")
def index() -> ResponseReturnValue:
    """Every shop with its account, the newest first; found by name, address, e-mail or id."""
    words = request.args.get("q", "").strip()[:200]
    with current.store().read() as tx:
        found = directory.page(tx, words, request.args.get("before", ""))
    return htmx.render(
        "sellers_admin/index.html",
        partial="sellers_admin/_results.html",
        entries=found.entries,
        older=found.older,
        words=words,
    )


@blueprint.get("/admin/sellers/<seller_id>")
@policy("operator")
def seller(seller_id: str) -> ResponseReturnValue:
    """One shop: who runs it, its account now and before, and what Stripe still wants."""
    with current.store().read() as tx:
        shop = service.seller_by_id(tx, seller_id)
        owner = users.by_id(tx, shop.user_id) if shop else None
        account = service.account_of(tx, seller_id)
        earlier = accounts.earlier(tx, seller_id)
        made_here = creating.made_here(tx, account)
    if shop is None or owner is None:
        raise NotFound
    return render_template(
        "sellers_admin/seller.html",
        seller=shop,
        owner=owner,
        account=account,
        ready=service.ready_to_sell(account),
        why_not=service.why_not(account),
        needed=states.requirements_of(account) if account else None,
        earlier=earlier,
        made_here=made_here,
        state_words=states.WORDS[service.state_of(account or next(iter(earlier), None))],
    )


@blueprint.post("/admin/sellers/<seller_id>/refresh")
@policy("operator")
def refresh(seller_id: str) -> ResponseReturnValue:
    """Read the seller's account from Stripe now."""
    with current.store().read() as tx:
        if service.seller_by_id(tx, seller_id) is None:
            raise NotFound
        connected = service.account_of(tx, seller_id)
    if connected is None:
        raise Refused("This shop is not connected to Stripe.")
    told = accounts.read(current.store(), current.gateway(), connected.stripe_account_id)
    message = "This is what Stripe says now." if told else "Stripe did not answer."
    flash(message, "success" if told else "warning")
    return htmx.redirect(url_for("sellers_admin.seller", seller_id=seller_id))
