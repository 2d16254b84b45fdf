"""What the operator sees at a glance, and everything about one order."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from storefront.admin import repository
from storefront.admin.repository import SentMail
from storefront.audit import service as audit
from storefront.audit.service import Action
from storefront.config import STRIPE_API, Config
from storefront.current import Services
from storefront.errors import NotFound, Refused
from storefront.external_refunds import service as external_refunds
from storefront.health import service as health
from storefront.ledger import service as ledger
from storefront.ledger.service import Entry
from storefront.orders import service as orders
from storefront.orders.service import Order, OrderLine
from storefront.reconciliation import service as reconciling
from storefront.reconciliation.service import Reconciliation
from storefront.refunds import service as refunds
from storefront.refunds.service import RefundOfOrder
from storefront.store import Store, Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_objects import service as stripe_objects
from storefront.webhooks import service as webhooks
from storefront.webhooks.service import StoredEvent

_RECENT = 8


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the marketplace. Counts are by state; fees in minor units by currency."""

    problems: list[str]
    orders: dict[str, int]
    events: dict[str, int]
    calls: dict[str, int]
    failed_refunds: int
    external_refunds: int
    fees: list[tuple[str, int]]
    recent: list[Order]
    reconciliation: Reconciliation | None


def overview(store: Store, config: Config) -> Overview:
    """What needs the operator, what has been earned, what was ordered last."""
    problems = health.problems(store) or health.warnings(store, config)
    with store.read() as tx:
        return Overview(
            problems,
            orders.status_counts(tx),
            webhooks.counts(tx),
            stripe_calls.counts(tx),
            repository.failed_refunds(tx),
            external_refunds.waiting(tx),
            repository.fees_earned(tx),
            orders.search(tx, "", "", _RECENT, 0),
            next(iter(reconciling.newest(tx, 1)), None),
        )


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything about one order. `balances` are by currency, then party, in minor units."""

    order: Order
    lines: list[OrderLine]
    address: list[str]
    entries: list[Entry]
    balances: dict[str, dict[str, int]]
    refunds: list[RefundOfOrder]
    mails: list[SentMail]
    calls: list[StripeCall]
    events: list[StoredEvent]
    audit: list[Action]


def dossier(tx: Tx, order_id: str) -> Dossier:
    """Everything about one order. Raises NotFound."""
    order = orders.by_id(tx, order_id)
    if order is None:
        raise NotFound("There is no such order.")
    entries = ledger.of_order(tx, order.id)
    return Dossier(
        order,
        orders.lines(tx, order.id),
        orders.shipping_address(order),
        entries,
        _balances(entries),
        refunds.history(tx, order.id),
        repository.mails_of_order(tx, order.id),
        stripe_calls.of_order(tx, order.id),
        _events(tx, order),
        audit.of_subject(tx, order.id),
    )


def _balances(entries: list[Entry]) -> dict[str, dict[str, int]]:
    found = ledger.balances(entries)
    currencies = sorted({currency for _, currency in found})
    return {
        currency: {
            account: found[account, currency]
            for account in ledger.ACCOUNTS
            if (account, currency) in found
        }
        for currency in currencies
    }


def _events(tx: Tx, order: Order) -> list[StoredEvent]:
    """The events about any object of Stripe's that belongs to an order."""
    ids = [id_ for id_ in (order.stripe_checkout_session_id, order.stripe_payment_intent_id) if id_]
    if order.stripe_payment_intent_id:
        ids += [known.id for known in stripe_objects.tree(tx, order.stripe_payment_intent_id)]
    return webhooks.of_objects(tx, list(dict.fromkeys(ids))) if ids else []


def stripe_object(tx: Tx, object_id: str) -> dict[str, Any]:
    """What is known of one object of Stripe's, and around it. Raises NotFound."""
    known = stripe_objects.by_id(tx, object_id)
    if known is None:
        raise NotFound("We know of no such object of Stripe's.")
    above = known.parent_id and stripe_objects.by_id(tx, known.parent_id)
    return {
        "known": known,
        "has_parent": above is not None,
        "order": orders.of_object(tx, object_id),
        "events": webhooks.of_objects(tx, [object_id]),
    }


def dashboard_url(config: Config, object_id: str) -> str:
    """Where Stripe's own Dashboard shows an object; empty if payments do not run at Stripe."""
    if config.stripe_api_base != STRIPE_API:
        return ""
    mode = "" if config.livemode else "test/"
    return f"https://dashboard.stripe.com/{mode}search?query={quote(object_id)}"


def event(tx: Tx, event_id: str) -> StoredEvent:
    """One event of the inbox. Raises NotFound."""
    found = webhooks.by_id(tx, event_id)
    if found is None:
        raise NotFound("There is no such event.")
    return found


def replay(services: Services, event_id: str, actor_id: str) -> str:
    """Fold an event once more; its state afterwards. Raises NotFound."""
    with services.store.transaction() as tx:
        found = event(tx, event_id)
        audit.record(tx, actor_id, "event.replayed", event_id, f"{found.type}, was {found.state}")
    return webhooks.replay(services, event_id) or found.state


def call(tx: Tx, call_id: str) -> StripeCall:
    """One call. Raises NotFound."""
    found = stripe_calls.found(tx, call_id)
    if found is None:
        raise NotFound("There is no such call.")
    return found


def try_call(services: Services, call_id: str, actor_id: str) -> StripeCall:
    """Go on with an open call now. Raises NotFound, and Refused if it has ended."""
    with services.store.transaction() as tx:
        found = call(tx, call_id)
        if not found.open:
            raise Refused("This call has ended, so there is nothing to try.")
        audit.record(tx, actor_id, "call.tried", call_id, f"{found.operation}, was {found.state}")
    return stripe_calls.execute(services, call_id)
