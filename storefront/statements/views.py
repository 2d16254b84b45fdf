"""Monthly statements: the list, and each as a page, a file and a print."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current, money, spreadsheet
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.sellers.views import own_shop
from storefront.statements import service, words
from storefront.statements.service import Statement
from storefront.store import Tx

blueprint = Blueprint("statements", __name__)

blueprint.add_app_template_filter(words.owed, "debt_change")

SHOWN = 2000
"""Movements that a page shows; the file has all of them."""


@blueprint.get("/sell/statements")
@policy("seller")
def index() -> ResponseReturnValue:
    """A statement for each month since the shop was opened."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        months = service.months(tx, seller)
    return render_template("statements/index.html", seller=seller, months=months)


@blueprint.get("/sell/statements/<month>")
@policy("seller")
def show(month: str) -> ResponseReturnValue:
    """One month, made to be read and printed."""
    with current.store().read() as tx:
        seller, statement = _asked(tx, month)
        account = sellers.account_of(tx, seller.id)
        currencies = service.currencies(tx, seller)
    return render_template(
        "statements/show.html",
        seller=seller,
        account=account,
        statement=statement,
        currencies=currencies,
        rows=list(service.rows(statement))[:SHOWN],
        shop_url=f"{current.config().public_url}/shops/{seller.slug}",
    )


@blueprint.get("/sell/statements/<month>/rows.csv")
@policy("seller")
def table(month: str) -> ResponseReturnValue:
    """The same movements as a file for a spreadsheet, between the two balances."""
    with current.store().read() as tx:
        _, statement = _asked(tx, month)
    name = f"statement-{statement.month}-{statement.currency}.csv"
    return spreadsheet.download(name, list(as_rows(statement)))


def _asked(tx: Tx, month: str) -> tuple[Seller, Statement]:
    seller = own_shop(tx)
    currency = request.args.get("currency", "") or seller.currency
    return seller, service.of_month(tx, seller, month, currency)


def as_rows(statement: Statement) -> Iterator[tuple[Any, ...]]:
    """A statement as rows of a file: amounts in major units, moments in UTC."""
    currency = statement.currency
    opening = money.plain(statement.opening, currency)
    yield ("booked_at", "kind", "order", "why", "amount", "balance", "currency")
    yield ("", "Opening balance", "", "", "", opening, currency)
    for each, balance in service.rows(statement):
        amounts = (money.plain(each.amount, currency), money.plain(balance, currency))
        yield (each.at, words.one(each.kind), each.order_number, words.why(each), *amounts,
               currency)  # fmt: skip
    yield ("", "Closing balance", "", "", "", money.plain(statement.closing, currency), currency)
