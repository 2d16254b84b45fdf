"""Copies as pages show them: an account, a list, an object with everything that it leads to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from storefront.errors import NotFound
from storefront.store import Row, Tx
from storefront.stored_data import events
from storefront.stored_data import service as stored_data
from storefront.stored_data.service import Fetch
from storefront.stored_pages import repository
from storefront.stored_pages.repository import Account, Entry
from storefront.webhooks import service as webhooks

PAGE_SIZE = 25
_PARTS = 100
_IDS_AT_MOST = 200

accounts = repository.accounts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of an account is to be listed, as it stands in the address."""

    kind: str = "charges"
    sought: str = ""
    status: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """An account's copies: how far they are, and one page of a list."""

    account: Account
    fetches: dict[str, Fetch]
    counts: dict[str, int]
    statuses: list[str]
    entries: list[Entry]
    more: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One object, what it names or consists of, and the orders that it belongs to."""

    known: Row
    text: str
    related: list[Row]
    parts: list[Entry]
    orders: list[Row]


def account(tx: Tx, account_id: str) -> Account:
    """An account with copies, or that could have some. Raises NotFound."""
    found = repository.account(tx, account_id)
    if found is None:
        raise NotFound("Nothing is stored of such an account.")
    return found


def stored(tx: Tx, account_id: str, wanted: Wanted) -> Stored:
    """How far an account's copies are, and a page of them. Raises NotFound."""
    if wanted.kind not in stored_data.KINDS:
        raise NotFound("There is no such list.")
    found = repository.listing(
        tx,
        account_id,
        wanted.kind,
        words=wanted.sought.lower().split(),
        status=wanted.status,
        limit=PAGE_SIZE + 1,
        offset=(wanted.page - 1) * PAGE_SIZE,
    )
    return Stored(
        account(tx, account_id),
        stored_data.fetches(tx, account_id),
        repository.counts(tx, account_id),
        repository.statuses(tx, account_id, wanted.kind),
        found[:PAGE_SIZE],
        len(found) > PAGE_SIZE,
    )


def shown(tx: Tx, of: Account, object_id: str) -> Shown:
    """One object of an account. Raises NotFound."""
    known = repository.body(tx, of.stripe_account_id, object_id)
    if known is None:
        raise NotFound("No such object is stored.")
    body = json.loads(known["body"])
    ids = {*_texts(body), known["parent_id"] or ""} - {object_id, ""}
    named = sorted(ids)[:_IDS_AT_MOST]
    return Shown(
        known,
        json.dumps(body, indent=2, ensure_ascii=False),
        repository.among(tx, of.stripe_account_id, named),
        repository.parts(tx, of.stripe_account_id, object_id, _PARTS),
        repository.orders(tx, of.seller_id, named),
    )


def delete(tx: Tx, account_id: str, actor_id: str) -> None:
    """Delete the copies of an account that has left, and what its events said.

    Raises NotFound, and Refused while it is connected.
    """
    account(tx, account_id)
    stored_data.delete(tx, account_id, actor_id)
    webhooks.forget(tx, events.TYPES, account_id)


def _texts(value: Any) -> Iterator[str]:
    """Every text in an object that could be the id of another."""
    if isinstance(value, str):
        if "_" in value and len(value) < 256 and " " not in value:
            yield value
    elif isinstance(value, dict):
        for inside in value.values():
            yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)
