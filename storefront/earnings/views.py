"""What a seller has earned: where it is, what sold when, and every movement of it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from storefront import current, money, spreadsheet
from storefront.earnings import page, spans, words
from storefront.security.policies import policy
from storefront.sellers.views import own_shop
from storefront.statements import service as statements
from storefront.statements import words as statement_words
from storefront.statements.service import Movement

blueprint = Blueprint("earnings", __name__)

blueprint.add_app_template_filter(statement_words.why, "movement_why")
blueprint.add_app_template_filter(statement_words.one, "movement_kind")
blueprint.add_app_template_filter(statement_words.kinds, "movement_kinds")
blueprint.add_app_template_filter(words.owed, "owed_words")
blueprint.add_app_template_filter(words.on_its_way, "on_its_way_words")

_FILTERS = ("span", "kind", "currency", "month")


@blueprint.get("/sell/earnings")
@policy("seller")
def index() -> ResponseReturnValue:
    """A shop's money by currency, its sales over time, and the ledger in words."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        asked = page.query(tx, seller, request.args)
        currency = page.known_currency(tx, seller, asked.currency)
        context = {
            **page.money(tx, seller),
            **page.sales(tx, seller, request.args.get("span", spans.DAYS), currency),
            "found": statements.find(tx, asked),
            "currencies": statements.currencies(tx, seller),
        }
    return render_template(
        "earnings/index.html",
        asked=asked,
        month=request.args.get("month", ""),
        kinds=statement_words.KINDS,
        address=address,
        **context,
    )


def address(**changed: str) -> str:
    """The address of this page with some of its choices changed, on its first page."""
    kept = {name: request.args.get(name, "") for name in _FILTERS} | changed
    chosen = urlencode([(name, value) for name, value in kept.items() if value])
    path = url_for("earnings.index")
    return f"{path}?{chosen}" if chosen else path


@blueprint.get("/sell/earnings.csv")
@policy("seller")
def table() -> ResponseReturnValue:
    """Every movement that the page's filters choose, as a file for a spreadsheet."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        rows = list(as_rows(statements.all_of(tx, page.query(tx, seller, request.args))))
    return spreadsheet.download("earnings.csv", rows)


def as_rows(movements: list[Movement]) -> Iterator[tuple[Any, ...]]:
    """Movements as rows of a file, amounts in major units, moments in UTC."""
    yield ("booked_at", "kind", "order", "why", "amount", "currency", "stripe_object")
    for each in movements:
        amount = money.plain(each.amount, each.currency)
        yield (each.at, statement_words.one(each.kind), each.order_number,
               statement_words.why(each), amount, each.currency, each.stripe_object_id)  # fmt: skip
