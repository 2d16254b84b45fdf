"""The numbers about disputes, for operators: of the platform, or of one seller."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current, money, spreadsheet
from storefront.dispute_numbers import period as periods
from storefront.dispute_numbers import plot, service, words
from storefront.dispute_numbers.period import Period
from storefront.dispute_numbers.rates import Rate
from storefront.dispute_numbers.repository import Counts
from storefront.dispute_numbers.service import Month
from storefront.errors import Invalid, NotFound
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.store import Tx

blueprint = Blueprint("dispute_numbers", __name__)

PAGE_SIZE = 25

blueprint.add_app_template_filter(periods.label, "month")
blueprint.add_app_template_filter(words.few, "few_payments")
blueprint.add_app_template_filter(words.apart, "counted_apart")
blueprint.add_app_template_filter(words.counted, "network_counts")
blueprint.add_app_template_filter(words.state, "measure_state")

Rows = Iterator[tuple[str | int, ...]]


@blueprint.get("/admin/disputes/numbers")
@policy("operator")
def index() -> ResponseReturnValue:
    """How many payments are disputed, and how disputes end."""
    problem = ""
    try:
        span = _period()
    except Invalid as error:
        span, problem = periods.usual(), error.message
    with current.store().read() as tx:
        context = _numbers(tx, span, _seller(tx))
    page = render_template("dispute_numbers/index.html", problem=problem, **context)
    return page, Invalid.status if problem else 200


@blueprint.get("/admin/disputes/numbers.csv")
@policy("operator")
def table() -> ResponseReturnValue:
    """One of the page's tables as a file for a spreadsheet; amounts in major units, rates in %."""
    of = request.args.get("of", "months")
    if of not in _TABLES:
        raise NotFound
    span = _period()
    with current.store().read() as tx:
        seller = _seller(tx)
        rows = list(_TABLES[of](tx, span, seller.id if seller else ""))
    name = f"disputes-by-{of.removesuffix('s')}-{span.first}-{span.last}.csv"
    return spreadsheet.download(name, rows)


def _period() -> Period:
    return periods.read(request.args.get("from", ""), request.args.get("until", ""))


def _seller(tx: Tx) -> Seller | None:
    """The seller that is asked about, or None for the platform. Raises NotFound."""
    asked = request.args.get("seller", "")
    found = sellers.seller_by_id(tx, asked) if asked else None
    if asked and found is None:
        raise NotFound("There is no such seller.")
    return found


def _numbers(tx: Tx, span: Period, seller: Seller | None) -> dict[str, Any]:
    seller_id = seller.id if seller else ""
    months = service.months(tx, span, seller_id)
    newest = _newest(months)
    by_reason = service.reasons(tx, span, seller_id)
    total = service.in_all(month.counts for month in months)
    return {
        "period": span,
        "seller": seller,
        "months": months,
        "total": total,
        "total_rate": Rate(total.disputes, total.charges),
        "plot": plot.drawn(months),
        "outline": words.outline(months),
        "newest": newest,
        "verdict": words.verdict(newest),
        "measures": list(service.measures(newest)),
        "reasons": by_reason,
        "all_reasons": service.all_reasons(by_reason),
        "outcomes": words.OUTCOMES,
        **({} if seller else _shops(tx, span)),
    }


def _newest(months: list[Month]) -> Month:
    """The newest month that is over and had payments, else the newest of all."""
    over = [each for each in months if each.counts.charges and each.name < periods.this_month()]
    return (over or months)[-1]


def _shops(tx: Tx, span: Period) -> dict[str, Any]:
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    found = service.shops(tx, span, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
    rates = [(shop, Rate(shop.disputes, shop.charges)) for shop in found[:PAGE_SIZE]]
    return {"shops": rates, "page": page, "more": len(found) > PAGE_SIZE}


_COUNTS = ("paid_charges", "disputes", "rate_percent", "inquiries", "prevented",
           "early_fraud_warnings")  # fmt: skip


def _counts(found: Counts) -> tuple[str | int, ...]:
    rate = Rate(found.disputes, found.charges).percent
    return (found.charges, found.disputes, rate, found.inquiries, found.prevented, found.warnings)


def _months_table(tx: Tx, span: Period, seller_id: str) -> Rows:
    yield ("month", *_COUNTS)
    for month in service.months(tx, span, seller_id):
        yield (month.name, *_counts(month.counts))


def _shops_table(tx: Tx, span: Period, seller_id: str) -> Rows:
    yield ("seller", "shop", *_COUNTS)
    for shop in service.shops(tx, span):
        if seller_id in {"", shop.seller_id}:
            yield (shop.seller_id, spreadsheet.harmless(shop.shop_name), *_counts(shop))


def _reasons_table(tx: Tx, span: Period, seller_id: str) -> Rows:
    yield ("reason", "outcome", "currency", "disputes", "amount")
    for reason in service.reasons(tx, span, seller_id):
        for outcome, ended in reason.ended.items():
            for currency, (count, amount) in ended.by_currency.items():
                yield (reason.code, outcome, currency, count, money.plain(amount, currency))


_TABLES = {"months": _months_table, "shops": _shops_table, "reasons": _reasons_table}
