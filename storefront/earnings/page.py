"""What the pages about a seller's earnings show, for the seller and for the operator."""

from collections.abc import Mapping
from typing import Any

from storefront.dispute_numbers import period
from storefront.earnings import plot, service, spans, words
from storefront.errors import Invalid, NotFound
from storefront.sellers.service import Seller
from storefront.statements import service as statements
from storefront.statements import words as statement_words
from storefront.statements.service import Query
from storefront.store import Tx


def money(tx: Tx, seller: Seller) -> dict[str, Any]:
    """Where a seller's money is, and when the next of it comes."""
    found = service.of_seller(tx, seller)
    return {
        "seller": seller,
        "money": found,
        "next_payout": words.next_payout(found),
        "notes": words.notes(found),
        "freshness": words.freshness(found.fetch),
    }


def sales(tx: Tx, seller: Seller, span: str, currency: str) -> dict[str, Any]:
    """What was sold in a span, in a currency. Raises NotFound for an unknown span."""
    if span not in spans.SPANS:
        raise NotFound("Sales are shown by days, weeks or months.")
    since = spans.since(span)
    buckets = spans.buckets(span, service.days(tx, seller.id, since), currency)
    best = service.best(tx, seller, since, currency)
    return {
        "span": span,
        "spans": spans.SPANS,
        "currency": currency,
        "buckets": buckets,
        "sold": sum(bucket.amount for bucket in buckets),
        "sold_orders": sum(bucket.orders for bucket in buckets),
        "sales_plot": plot.sales(buckets, currency),
        "best": best,
        "best_plot": plot.best(best),
    }


def query(tx: Tx, seller: Seller, asked: Mapping[str, str]) -> Query:
    """The movements that an address asks for. Raises NotFound for what there cannot be."""
    kind, currency, month = (asked.get(name, "") for name in ("kind", "currency", "month"))
    if kind and kind not in statement_words.KINDS:
        raise NotFound("There is no such kind of movement.")
    known_currency(tx, seller, currency)
    try:
        span = period.read(month, month) if month else None
    except Invalid as problem:
        raise NotFound(problem.message) from problem
    return Query(
        seller.id,
        kind,
        currency,
        since=span.since if span else "",
        until=span.until if span else "",
        before=asked.get("before", "")[:26],
        after=asked.get("after", "")[:26],
    )


def known_currency(tx: Tx, seller: Seller, currency: str) -> str:
    """A currency of a shop's money, its own if none is asked for. Raises NotFound."""
    if currency and currency not in statements.currencies(tx, seller):
        raise NotFound(f"{seller.name} has no money in this currency.")
    return currency or seller.currency
