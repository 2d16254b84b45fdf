"""The operator's fee pages: the rules, a sale to try them on, and what they have brought."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import clock, current, htmx, money, spreadsheet
from storefront.catalog.categories import CATEGORIES
from storefront.errors import StorefrontError
from storefront.fee_rules import service
from storefront.fee_rules.forms import RuleForm, SaleForm
from storefront.fees import APPLICATION_FEE
from storefront.plans import service as plans
from storefront.security.policies import policy
from storefront.sellers import service as sellers

blueprint = Blueprint("fee_rules", __name__)

blueprint.add_app_template_filter(service.basis_in_words, "fee_basis")

_PAGE_SIZE = 50
_COLUMNS = (
    "application_fee", "order", "shop", "collected_at", "currency", "order_total", "amount",
    "refunded", "kept", "fee_mode", "transfer",
)  # fmt: skip


@blueprint.get("/admin/fees")
@policy("operator")
def index() -> ResponseReturnValue:
    """The rules, with a form for another one and a sale to try them on."""
    return _page(RuleForm(), SaleForm.example())


@blueprint.post("/admin/fees")
@policy("operator")
def add() -> ResponseReturnValue:
    """Let a rule hold."""
    form = RuleForm(request.form)
    if not form.validate():
        return _page(form, SaleForm.example(), 422)
    try:
        with current.store().transaction() as tx:
            stored = service.add(tx, form.wanted(), current_user.id)
    except StorefrontError as error:
        form.form_errors.append(error.message)
        return _page(form, SaleForm.example(), error.status)
    flash(f"{stored.rule} holds from {clock.display_time(stored.starts_at)}.", "success")
    return htmx.redirect(url_for("fee_rules.index"))


@blueprint.post("/admin/fees/<rule_id>/end")
@policy("operator")
def end(rule_id: str) -> ResponseReturnValue:
    """Let a rule end now."""
    with current.store().transaction() as tx:
        service.end(tx, rule_id, current_user.id)
    flash("The rule has ended. Orders that are paid keep their fee.", "success")
    return htmx.redirect(url_for("fee_rules.index"))


@blueprint.get("/admin/fees/try")
@policy("operator")
def simulate() -> ResponseReturnValue:
    """What the rules would take of a sale."""
    sale = SaleForm(request.args)
    context = {"sale": sale, **_outcome(sale)}
    if htmx.wanted():
        return render_template("fee_rules/_outcome.html", **context)
    return _page(RuleForm(), sale)


@blueprint.get("/admin/fees/report")
@policy("operator")
def report() -> ResponseReturnValue:
    """The fees that were taken, added up and one by one."""
    since, until = _span()
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = service.collected(
            tx, since, until, limit=_PAGE_SIZE + 1, offset=(page - 1) * _PAGE_SIZE
        )
        context = {
            "months": service.sums(tx, since, until, "month"),
            "shops": service.sums(tx, since, until, "shop"),
        }
    return render_template(
        "fee_rules/report.html",
        fees=found[:_PAGE_SIZE],
        more=len(found) > _PAGE_SIZE,
        page=page,
        since=since[:10],
        until=_last_day(until),
        **context,
    )


@blueprint.get("/admin/fees/report.csv")
@policy("operator")
def report_csv() -> ResponseReturnValue:
    """The same as a file for a spreadsheet; amounts in major units, times in UTC."""
    since, until = _span()
    with current.store().read() as tx:
        found = service.collected(tx, since, until)
    name = f"application-fees-{since[:10]}-{_last_day(until)}.csv"
    return spreadsheet.download(name, (_COLUMNS, *map(_row, found)))


def _row(fee: service.CollectedFee) -> list[str | int]:
    amounts = (fee.total, fee.amount, fee.refunded, fee.kept)
    apart = fee.fee_mode == APPLICATION_FEE
    return [
        fee.stripe_object_id if apart else "",
        fee.order_number,
        spreadsheet.harmless(fee.shop_name),
        fee.collected_at,
        fee.currency,
        *(money.plain(amount, fee.currency) for amount in amounts),
        fee.fee_mode,
        "" if apart else fee.stripe_object_id,
    ]


def _span() -> tuple[str, str]:
    """The days that were asked for, by default this year so far; the end is exclusive."""
    today = clock.now()
    since = _day(request.args.get("since", "")) or datetime(today.year, 1, 1, tzinfo=UTC)
    until = _day(request.args.get("until", "")) or today
    end = until.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return clock.timestamp(since), clock.timestamp(end)


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _last_day(until: str) -> str:
    return clock.timestamp(clock.parse(until) - timedelta(days=1))[:10]


def _page(form: RuleForm, sale: SaleForm, status: int = 200) -> ResponseReturnValue:
    with current.store().read() as tx:
        rules, offered = service.listing(tx), plans.plans(tx)
    return render_template(
        "fee_rules/index.html",
        form=form,
        sale=sale,
        rules=rules,
        plans=offered,
        categories=CATEGORIES,
        otherwise=current.config().platform_fee,
        **_outcome(sale),
    ), status


def _outcome(sale: SaleForm) -> dict[str, Any]:
    """What a sale would bring; `trouble` says why it is no sale."""
    if not sale.validate():
        return {"fee": None, "trouble": "Please correct what is marked."}
    try:
        with current.store().read() as tx:
            seller_id = sellers.shop_named(tx, sale.shop.data).id if sale.shop.data else ""
            fee = service.fee_on(tx, current.config().platform_fee, seller_id, **sale.sale())
    except StorefrontError as error:
        return {"fee": None, "trouble": error.message}
    return {"fee": fee, "total": sum(part.base for part in fee.parts), "trouble": ""}
