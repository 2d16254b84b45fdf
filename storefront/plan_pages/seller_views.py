"""A seller's plan: choosing one, changing it, ending it, and the way to card and invoices."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.fee_rules import service as fee_rules
from storefront.plan_pages import comparing
from storefront.plans import buying, changing, service, words
from storefront.plans.service import Holding, Subscriber
from storefront.security.policies import policy
from storefront.security.rate_limit import limit
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.sellers.views import own_shop
from storefront.store import Tx

blueprint = Blueprint("seller_plan", __name__)

_STARTS, _MINUTES = 20, 10


@blueprint.app_template_global()
def plan_is_late() -> bool:
    """Whether the plan of whoever is signed in misses a payment: seller pages say so."""
    with current.store().read() as tx:
        seller = sellers.seller_of_user(tx, current_user.id)
        found = service.holding(tx, seller.id) if seller else None
    return found is not None and found.subscription.status in {"past_due", "unpaid"}


@blueprint.get("/sell/plan")
@policy("seller")
def index() -> ResponseReturnValue:
    """The plans, and how the seller's own stands."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        shown = _shown(tx, seller)
    return render_template("plans/index.html", seller=seller, **shown)


@blueprint.post("/sell/plan/choose")
@policy("seller")
def choose() -> ResponseReturnValue:
    """Choose a plan: 303 to Stripe Checkout, or to the confirmation if there is a plan already."""
    plan_id = request.form.get("plan", "")
    with current.store().read() as tx:
        seller = own_shop(tx)
        has_one = service.holding(tx, seller.id) is not None
    if has_one:
        return htmx.redirect(url_for("seller_plan.review", plan=plan_id))
    limit(current.store(), f"plan:{seller.id}", _STARTS, _MINUTES * 60)
    return redirect(buying.choose(current.services(), seller, plan_id), 303)


@blueprint.get("/sell/plan/return")
@policy("seller")
def returned() -> ResponseReturnValue:
    """Back from Checkout. What is shown comes from Stripe, never from being redirected here."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    session_id = request.args.get("session_id", "")
    purchase = buying.returned(current.services(), seller.id, session_id)
    with current.store().read() as tx:
        chosen = service.plan(tx, purchase.plan_id)
        holding = service.holding(tx, seller.id)
        own = fee_rules.rules_of(tx, current.config().platform_fee, seller.id).own
    return render_template(
        "plans/returned.html", purchase=purchase, chosen=chosen, holding=holding, own=own
    )


@blueprint.get("/sell/plan/change")
@policy("seller")
def review() -> ResponseReturnValue:
    """What changing to another plan means, before it is done."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    return _review(seller, request.args.get("plan", ""))


def _review(seller: Seller, plan_id: str, again: str = "") -> str:
    with current.store().read() as tx:
        wanted = changing.to_plan(tx, seller.id, plan_id)
        rules = fee_rules.rules_of(tx, current.config().platform_fee, seller.id)
    return render_template("plans/review.html", change=wanted, own=rules.own, again=again)


@blueprint.post("/sell/plan/change")
@policy("seller")
def change() -> ResponseReturnValue:
    """Change to another plan; 409 with the review again if it means something else by now."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    plan_id, promised = request.form.get("plan", ""), request.form.get("promised", "")
    try:
        plan, confirmed = changing.change(current.services(), seller, plan_id, promised)
    except changing.ReviewAgain as differs:
        return _review(seller, plan_id, differs.message), 409
    if confirmed:
        flash(f"You are on the plan “{plan.name}” now.", "success")
    else:
        flash(f"Stripe has taken the change to “{plan.name}”. It is being confirmed.", "info")
    return htmx.redirect(url_for("seller_plan.index"))


@blueprint.get("/sell/plan/end")
@policy("seller")
def confirm_end() -> ResponseReturnValue:
    """What ending the plan means, before it is done."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        holding = service.holding(tx, seller.id)
        rules = fee_rules.rules_of(tx, current.config().platform_fee, seller.id)
    if holding is None:
        return htmx.redirect(url_for("seller_plan.index"))
    return render_template("plans/end.html", holding=holding, rules=rules)


@blueprint.post("/sell/plan/end")
@policy("seller")
def end() -> ResponseReturnValue:
    """Let the plan end with its period."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    known = changing.end(current.services(), seller)
    flash(words.ending(known), "success" if known and (known.over or known.ends_at) else "info")
    return htmx.redirect(url_for("seller_plan.index"))


@blueprint.post("/sell/plan/keep")
@policy("seller")
def keep() -> ResponseReturnValue:
    """Go on with the plan after all."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    known = changing.keep(current.services(), seller)
    goes_on = known is not None and not known.over and not known.ends_at
    flash(
        "Your plan goes on." if goes_on else words.ending(known), "success" if goes_on else "info"
    )
    return htmx.redirect(url_for("seller_plan.index"))


@blueprint.post("/sell/plan/portal")
@policy("seller")
def portal() -> ResponseReturnValue:
    """Card and invoices: 303 to Stripe's billing portal, by an address that opens once."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    back = current.config().public_url + url_for("seller_plan.index")
    card = request.form.get("only") == "card"
    return redirect(changing.portal(current.services(), seller, back, card=card), 303)


def _shown(tx: Tx, seller: Seller) -> dict[str, Any]:
    holding = service.holding(tx, seller.id)
    cards = service.offered(tx)
    if holding and holding.plan and holding.plan.id not in {plan.id for plan in cards}:
        cards = [holding.plan, *cards]
    rules = fee_rules.rules_of(tx, current.config().platform_fee, seller.id)
    return {
        "holding": holding,
        "badge_words": words.badge_of(holding.subscription) if holding else None,
        "refusal": changing.refusal(tx, holding) if holding else "",
        "unconfirmed": changing.unconfirmed(tx, holding) if holding else False,
        "open": buying.open_choice(tx, seller.id),
        "plans": cards,
        "rules": rules,
        "compared": comparing.compare(tx, rules, seller, cards),
        "trial": not service.had_one(tx, seller.id),
        "past": _past(tx, seller, holding),
    }


def _past(tx: Tx, seller: Seller, holding: Holding | None) -> list[Subscriber]:
    now = holding.subscription.id if holding else ""
    found = service.subscribers(tx, seller_id=seller.id)
    return [each for each in found if each.stripe_subscription_id != now]
