"""A seller's own data: all of it as one archive, and the end of it.

Deleting keeps what accounting needs, the orders and the ledger, and nothing else. It waits until
nothing is open between the seller, shoppers and the marketplace.
"""

import json
import zipfile
from contextlib import suppress
from typing import IO

from storefront.audit import service as audit
from storefront.catalog.gallery import SMALL
from storefront.clock import timestamp
from storefront.errors import Invalid, NotFound, Refused
from storefront.leaving import service as leaving
from storefront.media import Media
from storefront.plans import follow as plans_follow
from storefront.plans import service as plans
from storefront.seller_data import repository
from storefront.sellers import accounts
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.store import Tx
from storefront.stored_data import events
from storefront.stored_data import service as stored_data
from storefront.webhooks import service as webhooks


def write(tx: Tx, media: Media, seller: Seller, file: IO[bytes]) -> None:
    """Write the archive: a JSON file for each kind of thing, and the pictures."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in repository.TABLES:
            found = [dict(row) for row in repository.rows(tx, table, seller.id)]
            archive.writestr(f"{table}.json", json.dumps(found, indent=1, ensure_ascii=False))
        for key in [*repository.pictures(tx, seller.id), *filter(None, [seller.logo_key])]:
            with suppress(NotFound):  # a picture whose file is gone stops nobody
                archive.write(media.path(key), f"pictures/{key}", zipfile.ZIP_STORED)


def plan_of(tx: Tx, seller: Seller) -> str:
    """The name of the plan that deleting would end at once; empty without one."""
    holding = plans.holding(tx, seller.id)
    if holding is None:
        return ""
    return holding.plan.name if holding.plan else "the marketplace's price"


def why_not(tx: Tx, seller: Seller) -> list[str]:
    """Why the data cannot be deleted now, each as a sentence; none if it can."""
    reasons = []
    if sellers.account_of(tx, seller.id) is not None:
        reasons.append("Your shop is connected to Stripe. Disconnect it first.")
    kinds = dict.fromkeys(each.kind for each in leaving.matters(tx, seller.id))
    reasons += [_STILL_OPEN[kind] for kind in kinds]
    return reasons


_STILL_OPEN = {
    "checkouts": "Somebody is at the checkout. It closes within the hour.",
    "subscriptions": "Somebody still subscribes. Wait until what is paid has run out.",
    "processing": "A payment is on its way. Wait for the shopper's bank.",
    "to_ship": "An order is paid and not shipped. Ship it, or have it refunded.",
    "refunds": "A refund is under way. Wait until it has arrived.",
    "failed_refunds": "A refund came back from the bank, and it is not decided who gets the money.",
    "requests": "A shopper has asked for a refund. Answer the request.",
    "disputes": "A payment is disputed. Wait until the bank has decided.",
    "debts": "You owe the marketplace money. Connect the account again, so that it can be taken.",
    "transfers": "The marketplace owes you money. Connect the account again to get it.",
}


def delete(tx: Tx, seller: Seller, typed_name: str) -> list[str]:
    """Delete the shop's data; the keys of the files to remove once that is committed.

    Raises Invalid for another name than the shop's, and Refused while something is open.
    """
    if typed_name.strip() != seller.name:
        raise Invalid(f"Please type the name of the shop as it is: {seller.name}")
    if reasons := why_not(tx, seller):
        raise Refused(" ".join(reasons))
    keys = [*repository.pictures(tx, seller.id), *filter(None, [seller.logo_key])]
    for account in accounts.earlier(tx, seller.id):
        stored_data.forget(tx, account.stripe_account_id)
        webhooks.forget(tx, events.TYPES, account.stripe_account_id)
    plans_follow.shop_deleted(tx, seller.id)
    repository.remove(tx, seller.id, timestamp())
    audit.record(tx, seller.user_id, "shop.deleted", seller.id, seller.name)
    return keys


def discard(media: Media, keys: list[str]) -> None:
    """Remove the files."""
    for key in keys:
        media.delete(key, SMALL)
