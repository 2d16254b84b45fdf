"""Orders and their lines."""

from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT
from storefront.store import Row, Tx

AWAITING, PROCESSING, PAID = "awaiting_payment", "processing", "paid"
FAILED, EXPIRED, CANCELED, QUARANTINED = "failed", "expired", "canceled", "quarantined"
STATUSES = (AWAITING, PROCESSING, PAID, FAILED, EXPIRED, CANCELED, QUARANTINED)


@dataclass(frozen=True, slots=True)
class Order:
    """An order: what was frozen at checkout, what Stripe reports, and what we did about it.

    Amounts are minor units of `currency`; `destination` is the connected account that the
    money goes to, whatever the shop is connected with later; `on_behalf_of` says whether it
    is the merchant of record, `cross_border` whether the platform is in another country.
    `application_fee_amount` is what the platform keeps and `fee_refunded_amount` what it has
    given up of that, whichever way (`fee_mode`) it keeps it.
    An order of a subscription has `fee_percent`, hundredths of a percent of the total, and
    `period`, the time that it pays for in words.
    """

    id: str
    number: int
    token: str
    seller_id: str
    user_id: str | None
    cart_id: str | None
    fingerprint: str
    currency: str
    items_amount: int
    shipping_amount: int
    total_amount: int
    application_fee_amount: int
    destination: str
    shop_name: str
    refund_policy: str
    requires_shipping: int
    created_at: str
    expires_at: str
    status: str = AWAITING
    problem: str = ""
    stripe_checkout_session_id: str | None = None
    checkout_url: str | None = None
    stripe_payment_intent_id: str | None = None
    stripe_charge_id: str | None = None
    stripe_transfer_id: str | None = None
    stripe_application_fee_id: str | None = None
    stripe_fee_amount: int | None = None
    stripe_fee_currency: str | None = None
    email: str | None = None
    customer_name: str | None = None
    shipping_address: str | None = None
    paid_at: str | None = None
    disputed: int = 0
    refunded_amount: int = 0
    fee_refunded_amount: int = 0
    facts_wanted_at: str | None = None
    asked_at: str | None = None
    refund_committed: int = 0
    fee_basis: str = "[]"
    fee_mode: str = APPLICATION_FEE
    on_behalf_of: int = 0
    cross_border: int = 0
    purchase_ip: str = ""
    stock_held: int = 0
    cart_taken: int = 0
    shipped_at: str | None = None
    carrier: str = ""
    tracking_number: str = ""
    subscription_id: str | None = None
    stripe_invoice_id: str | None = None
    fee_percent: int | None = None
    period: str = ""

    @property
    def refundable_amount(self) -> int:
        """What can still be refunded, in minor units; refunds on their way are deducted."""
        return max(0, self.total_amount - self.refund_committed)

    @property
    def net_amount(self) -> int:
        """What the sale brings the seller before refunds: total minus application fee."""
        return self.total_amount - self.application_fee_amount

    @property
    def transfer_amount(self) -> int:
        """What is transferred to the seller: everything, or what the fee leaves of it."""
        return self.net_amount if self.fee_mode == TRANSFER_AMOUNT else self.total_amount

    @property
    def requested_fee_amount(self) -> int:
        """The Application Fee that Stripe takes back; 0 where the transfer is smaller instead."""
        return self.transfer_amount - self.net_amount

    @property
    def is_renewal(self) -> bool:
        """Whether Stripe has collected this for a later period of a subscription by itself."""
        return bool(self.subscription_id and self.stripe_invoice_id) and (
            self.stripe_checkout_session_id is None
        )

    @property
    def settled(self) -> bool:
        """Whether the payment cannot change any more by itself."""
        return self.status not in {AWAITING, PROCESSING}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line as it was at checkout."""

    order_id: str
    position: int
    listing_id: str
    title: str
    unit_amount: int
    quantity: int
    picture_key: str | None

    @property
    def amount(self) -> int:
        """Price times quantity, in minor units."""
        return self.unit_amount * self.quantity


@dataclass(frozen=True, slots=True)
class ShownRefund:
    """A refund as an order's page shows it; the rows belong to `refunds/`."""

    id: str
    amount: int
    currency: str
    state: str
    message: str
    stripe_refund_id: str | None
    created_at: str
    updated_at: str


_ORDER = ", ".join(Order.__dataclass_fields__)
_LINE = ", ".join(OrderLine.__dataclass_fields__)


def _order(row: Row) -> Order:
    return Order(**row)


def next_number(tx: Tx) -> int:
    """The next order number; gaps appear only when a checkout is rolled back."""
    return int(tx.all("UPDATE order_numbers SET last = last + 1 RETURNING last")[0]["last"])


def insert(tx: Tx, order: Order, lines: list[OrderLine]) -> None:
    """Write a new order with its lines."""
    _insert(tx, "orders", Order.__dataclass_fields__, order)
    for line in lines:
        _insert(tx, "order_lines", OrderLine.__dataclass_fields__, line)


def _insert(tx: Tx, table: str, names: Any, row: Any) -> None:
    places = ", ".join(f":{name}" for name in names)
    values = {name: getattr(row, name) for name in names}
    tx.run(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", **values)


def lock(tx: Tx, order_id: str) -> Order:
    """An order that nobody else changes until this transaction ends."""
    rows = tx.all(
        f"UPDATE orders SET number = number WHERE id = :id RETURNING {_ORDER}", id=order_id
    )
    if not rows:
        raise LookupError(order_id)
    return _order(rows[0])


def update(tx: Tx, order_id: str, **columns: Any) -> None:
    """Set columns that a projection or a step of ours has decided."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    tx.run(f"UPDATE orders SET {changes} WHERE id = :order_id", order_id=order_id, **columns)


def _one(tx: Tx, column: str, value: str | int) -> Order | None:
    row = tx.one(f"SELECT {_ORDER} FROM orders WHERE {column} = :value", value=value)
    return _order(row) if row else None


def by_id(tx: Tx, order_id: str) -> Order | None:
    """One order."""
    return _one(tx, "id", order_id)


def by_token(tx: Tx, token: str) -> Order | None:
    """The order behind an unguessable link."""
    return _one(tx, "token", token)


def by_session(tx: Tx, session_id: str) -> Order | None:
    """The order that a Checkout Session was made for."""
    return _one(tx, "stripe_checkout_session_id", session_id)


def by_root(tx: Tx, root_id: str) -> Order | None:
    """The order that a PaymentIntent, a Checkout Session of ours or an invoice belongs to."""
    return (
        _one(tx, "stripe_payment_intent_id", root_id)
        or by_session(tx, root_id)
        or by_invoice(tx, root_id)
    )


def by_invoice(tx: Tx, invoice_id: str) -> Order | None:
    """The order of one period of a subscription."""
    return _one(tx, "stripe_invoice_id", invoice_id)


def first_session(tx: Tx, subscription_id: str) -> str | None:
    """The Checkout Session in which somebody subscribed."""
    found: str | None = tx.value(
        "SELECT stripe_checkout_session_id FROM orders WHERE subscription_id = :id"
        " AND stripe_checkout_session_id IS NOT NULL",
        id=subscription_id,
    )
    return found


def lines(tx: Tx, order_id: str) -> list[OrderLine]:
    """An order's lines."""
    rows = tx.all(
        f"SELECT {_LINE} FROM order_lines WHERE order_id = :id ORDER BY position", id=order_id
    )
    return [OrderLine(**row) for row in rows]


def shown_refunds(tx: Tx, order_id: str) -> list[ShownRefund]:
    """An order's refunds, except those that never came to be."""
    names = ", ".join(ShownRefund.__dataclass_fields__)
    rows = tx.all(
        f"SELECT {names} FROM refunds WHERE order_id = :id"
        " AND state NOT IN ('needs_approval', 'rejected')"
        " ORDER BY created_at, id",
        id=order_id,
    )
    return [ShownRefund(**row) for row in rows]


def open_orders(tx: Tx, cart_id: str, seller_id: str) -> list[Order]:
    """Orders of a cart at one shop that still wait for payment; the newest first.

    Those with which somebody subscribes are apart from the cart.
    """
    rows = tx.all(
        f"SELECT {_ORDER} FROM orders WHERE cart_id = :cart_id AND seller_id = :seller_id"
        " AND status = 'awaiting_payment' AND subscription_id IS NULL ORDER BY id DESC",
        cart_id=cart_id,
        seller_id=seller_id,
    )
    return [_order(row) for row in rows]


def of_user(tx: Tx, user_id: str, email: str, limit: int, offset: int) -> list[Order]:
    """A shopper's orders; those as a guest too once the address is confirmed (`email`)."""
    rows = tx.all(
        f"SELECT {_ORDER} FROM orders WHERE (user_id = :user_id OR (:email <> ''"
        " AND email = :email)) AND status NOT IN ('expired', 'canceled')"
        " ORDER BY id DESC LIMIT :limit OFFSET :offset",
        user_id=user_id,
        email=email,
        limit=limit,
        offset=offset,
    )
    return [_order(row) for row in rows]


def search(tx: Tx, words: str, status: str, limit: int, offset: int) -> list[Order]:
    """Orders for the operator by number, e-mail or any of Stripe's ids; the newest first."""
    number = int(words) if words.isascii() and words.isdecimal() and len(words) < 16 else -1
    rows = tx.all(
        f"SELECT {_ORDER} FROM orders WHERE (:status = '' OR status = :status) AND (:words = ''"
        " OR number = :number OR lower(email) = lower(:words) OR id = :words"
        " OR :words IN (stripe_checkout_session_id, stripe_payment_intent_id, stripe_charge_id,"
        " stripe_transfer_id, stripe_application_fee_id, stripe_invoice_id, destination)"
        " OR id IN (SELECT order_id FROM refunds WHERE stripe_refund_id = :words))"
        " ORDER BY id DESC LIMIT :limit OFFSET :offset",
        words=words,
        number=number,
        status=status,
        limit=limit,
        offset=offset,
    )
    return [_order(row) for row in rows]


def facts_wanted(tx: Tx, limit: int) -> list[Order]:
    """Orders about which Stripe must be asked something now."""
    rows = tx.all(
        f"SELECT {_ORDER} FROM orders WHERE facts_wanted_at <= :now"
        " AND COALESCE(stripe_checkout_session_id, stripe_invoice_id) IS NOT NULL"
        " ORDER BY facts_wanted_at LIMIT :limit",
        now=timestamp(),
        limit=limit,
    )
    return [_order(row) for row in rows]


def want_overdue(tx: Tx, expired_before: str, asked_before: str) -> int:
    """Ask about payments of which no event has come although it should have.

    That is a session past its end, or a payment that has been processing for a while; each is
    asked about again only after a pause, since a bank may take two weeks.
    """
    return tx.run(
        "UPDATE orders SET facts_wanted_at = :now WHERE facts_wanted_at IS NULL"
        " AND COALESCE(asked_at, created_at) < :asked_before AND (status = 'processing'"
        " OR (status = 'awaiting_payment' AND expires_at < :expired_before))",
        now=timestamp(),
        expired_before=expired_before,
        asked_before=asked_before,
    )


def count_sold(tx: Tx, seller_id: str) -> int:
    """How many orders of a shop have been paid."""
    sql = "SELECT COUNT(*) FROM orders WHERE seller_id = :id AND status = 'paid'"
    return int(tx.value(sql, id=seller_id))


def count_to_ship(tx: Tx, seller_id: str) -> int:
    """How many orders of a shop wait for shipping."""
    sql = (
        "SELECT COUNT(*) FROM orders WHERE seller_id = :id AND status = 'paid'"
        " AND requires_shipping = 1 AND shipped_at IS NULL AND refunded_amount < total_amount"
    )
    return int(tx.value(sql, id=seller_id))


def status_counts(tx: Tx) -> dict[str, int]:
    """How many orders are in each status."""
    rows = tx.all("SELECT status, COUNT(*) AS orders FROM orders GROUP BY status")
    return {row["status"]: row["orders"] for row in rows}


def commit_refund(tx: Tx, order_id: str, amount: int) -> bool:
    """Reserve a part of what is refundable; False if it is no longer there."""
    return (
        tx.run(
            "UPDATE orders SET refund_committed = refund_committed + :amount WHERE id = :id"
            " AND refund_committed + :amount <= total_amount AND status = 'paid' AND disputed = 0",
            id=order_id,
            amount=amount,
        )
        == 1
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """How often an order's page was opened from an address, at first and at last."""

    address: str
    visits: int
    first_at: str
    last_at: str


def visits(tx: Tx, order_id: str) -> list[Visit]:
    """From where an order's page was opened, in the order of the first time."""
    rows = tx.all(
        "SELECT address, visits, first_at, last_at FROM order_visits WHERE order_id = :id"
        " ORDER BY first_at, address",
        id=order_id,
    )
    return [Visit(**row) for row in rows]


def add_visit(tx: Tx, order_id: str, address: str, most: int) -> None:
    """Count a visit; beyond `most` addresses, only of those that are known."""
    tx.run(
        "INSERT INTO order_visits (order_id, address, visits, first_at, last_at)"
        " SELECT :order_id, :address, 1, :now, :now WHERE (SELECT COUNT(*) FROM order_visits"
        " WHERE order_id = :order_id AND address <> :address) < :most"
        " ON CONFLICT (order_id, address) DO UPDATE SET visits = order_visits.visits + 1,"
        " last_at = excluded.last_at",
        order_id=order_id,
        address=address,
        most=most,
        now=timestamp(),
    )
