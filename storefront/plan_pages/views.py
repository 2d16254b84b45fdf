"""The operator's pages about plans: what is offered, and who is paid and active."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx, money, spreadsheet
from storefront.errors import Invalid
from storefront.plan_pages.forms import PlanForm, TextsForm, of_plan
from storefront.plans import service, words
from storefront.plans.service import Subscriber
from storefront.security.policies import policy

blueprint = Blueprint("plans_admin", __name__)

blueprint.add_app_template_filter(words.badge_of, "plan_badge")

_SHOWN = 500
_COLUMNS = (
    "shop", "email", "plan", "status", "amount", "currency", "interval", "since", "next_payment",
    "trial_end", "past_due_since", "ends_at", "ended_at", "connected_account", "customer",
    "subscription",
)  # fmt: skip


@blueprint.app_template_global()
def plan_marks() -> dict[str, tuple[str, str, str]]:
    """By seller, the plan that counts now with its badge: what lists of sellers show."""
    with current.store().read() as tx:
        found = service.subscribers(tx)
    return {
        each.seller_id: (each.plan_name or "Plan", *words.badge_of(each))
        for each in reversed(found)
        if each.status not in service.OVER
    }


@blueprint.get("/admin/plans")
@policy("operator")
def index() -> ResponseReturnValue:
    """Every plan, how its price at Stripe stands, and what it brings in."""
    with current.store().read() as tx:
        plans = service.plans(tx)
        calls = {plan.id: service.price_call(tx, plan.id) for plan in plans}
        takings = service.takings(tx)
    return render_template(
        "plans_admin/index.html",
        plans=plans,
        calls=calls,
        takings=takings,
        monthly=service.monthly(takings, plans),
        otherwise=current.config().platform_fee,
    )


@blueprint.get("/admin/plans/new")
@policy("operator")
def new() -> ResponseReturnValue:
    """The form for a new plan."""
    return render_template("plans_admin/new.html", form=PlanForm())


@blueprint.post("/admin/plans")
@policy("operator")
def create() -> ResponseReturnValue:
    """Make a plan and its price at Stripe."""
    form = PlanForm(request.form)
    if not form.validate():
        return render_template("plans_admin/new.html", form=form), 422
    try:
        made = service.create(current.services(), form.texts(), form.terms(), current_user.id)
    except Invalid as error:
        form.form_errors.append(error.message)
        return render_template("plans_admin/new.html", form=form), error.status
    if made.offered:
        flash(f"The plan “{made.name}” is offered to sellers now.", "success")
    else:
        flash("The plan is offered as soon as Stripe has made its price.", "warning")
    return htmx.redirect(url_for("plans_admin.index"))


@blueprint.get("/admin/plans/<plan_id>")
@policy("operator")
def edit(plan_id: str) -> ResponseReturnValue:
    """What a plan says, to be edited; and what stays."""
    with current.store().read() as tx:
        found = service.plan(tx, plan_id)
    return _edit_page(plan_id, of_plan(found))


@blueprint.post("/admin/plans/<plan_id>")
@policy("operator")
def change(plan_id: str) -> ResponseReturnValue:
    """Store what a plan says."""
    form = TextsForm(request.form)
    if not form.validate():
        return _edit_page(plan_id, form, 422)
    try:
        with current.store().transaction() as tx:
            service.change(tx, plan_id, form.texts(), current_user.id)
    except Invalid as error:
        form.form_errors.append(error.message)
        return _edit_page(plan_id, form, error.status)
    flash("The plan is changed. Sellers see it at once.", "success")
    return htmx.redirect(url_for("plans_admin.index"))


@blueprint.post("/admin/plans/<plan_id>/archive")
@policy("operator")
def archive(plan_id: str) -> ResponseReturnValue:
    """Offer a plan no more."""
    with current.store().transaction() as tx:
        found = service.archive(tx, plan_id, current_user.id)
    flash(f"“{found.name}” is not offered any more. Sellers who are on it stay.", "success")
    return htmx.redirect(url_for("plans_admin.index"))


@blueprint.post("/admin/plans/<plan_id>/offer")
@policy("operator")
def offer(plan_id: str) -> ResponseReturnValue:
    """Offer a plan again."""
    with current.store().transaction() as tx:
        found = service.offer(tx, plan_id, current_user.id)
    flash(f"“{found.name}” is offered again.", "success")
    return htmx.redirect(url_for("plans_admin.index"))


@blueprint.post("/admin/plans/<plan_id>/price")
@policy("operator")
def retry_price(plan_id: str) -> ResponseReturnValue:
    """Ask Stripe for the price of a plan once more."""
    call = service.retry_price(current.services(), plan_id, current_user.id)
    if call.state == "confirmed":
        flash("Stripe has made the price; the plan is offered now.", "success")
    elif call.open:
        flash("Stripe has not answered yet. It is asked again by itself.", "warning")
    else:
        flash(f"Stripe says: {call.error_message}", "error")
    return htmx.redirect(url_for("plans_admin.index"))


@blueprint.get("/admin/plans/subscribers")
@policy("operator")
def subscribers() -> ResponseReturnValue:
    """Who is paid and active, in arrears, or gone."""
    status = request.args.get("status", "")
    with current.store().read() as tx:
        found = service.subscribers(tx, status, limit=_SHOWN)
        counts = service.status_counts(tx)
    shown = [each for each in service.STATUSES if counts.get(each)]
    return render_template(
        "plans_admin/subscribers.html",
        subscribers=found,
        status=status if status in service.STATUSES else "",
        tabs_=[(words.STATUS[each][0], each, counts[each]) for each in shown],
        in_all=sum(counts.values()),
        shown_at_most=_SHOWN,
        stripe=_dashboard(),
    )


@blueprint.get("/admin/plans/subscribers.csv")
@policy("operator")
def subscribers_csv() -> ResponseReturnValue:
    """The same as a file for a spreadsheet; amounts in major units, times in UTC."""
    with current.store().read() as tx:
        found = service.subscribers(tx, request.args.get("status", ""))
    return spreadsheet.download("plan-subscribers.csv", (_COLUMNS, *map(_row, found)))


def _row(each: Subscriber) -> list[str | int]:
    amount = money.plain(each.amount, each.currency) if each.currency else ""
    times = (each.next_payment, each.trial_end, each.late_since, each.ends_at, each.ended_at)
    return [
        *map(spreadsheet.harmless, (each.shop_name, each.email, each.plan_name)),
        each.status,
        amount,
        each.currency,
        each.interval,
        each.since,
        *(moment or "" for moment in times),
        each.stripe_account_id,
        each.stripe_customer_id,
        each.stripe_subscription_id,
    ]


def _dashboard() -> str:
    return f"https://dashboard.stripe.com{'' if current.config().livemode else '/test'}"


def _edit_page(plan_id: str, form: TextsForm, status: int = 200) -> ResponseReturnValue:
    with current.store().read() as tx:
        plan = service.plan(tx, plan_id)
        call = service.price_call(tx, plan_id)
    return render_template("plans_admin/edit.html", form=form, plan=plan, call=call), status
