"""What is a seller's own in the database: reading all of it, and removing what may go."""

from typing import Final

from storefront.store import Row, Tx

_OF_ORDERS = "FROM {} x JOIN orders o ON o.id = x.order_id WHERE o.seller_id = :seller_id"
_SEEN = "o.status IN ('paid', 'processing')"

TABLES: Final[dict[str, str]] = {
    "shop": "SELECT name, slug, story, primary_color, secondary_color, refund_policy, currency,"
    " shipping_countries, shipping_amount, logo_key, created_at FROM sellers"
    " WHERE id = :seller_id",
    "accounts": "SELECT stripe_account_id, display_name, country, default_currency, connected,"
    " connected_at, disconnected_at FROM connected_accounts WHERE seller_id = :seller_id"
    " ORDER BY connected_at",
    "listings": "SELECT id, slug, title, category, description, price_amount, currency, stock,"
    " requires_shipping, billing, state, created_at, updated_at, published_at FROM listings"
    " WHERE seller_id = :seller_id ORDER BY id",
    "pictures": "SELECT p.listing_id, p.position, p.media_key, p.description FROM listing_pictures"
    " p JOIN listings l ON l.id = p.listing_id WHERE l.seller_id = :seller_id"
    " ORDER BY p.listing_id, p.position",
    "subscriptions": "SELECT s.id, s.title, s.price_amount, s.currency, s.billing, s.fee_percent,"
    " s.destination, s.ending, s.ending_reason, s.created_at, t.status, t.current_period_end,"
    " t.ended_at FROM subscriptions s JOIN stripe_subscriptions t"
    " ON t.id = s.stripe_subscription_id WHERE s.seller_id = :seller_id ORDER BY s.id",
    "orders": "SELECT o.number, o.status, o.currency, o.items_amount, o.shipping_amount,"
    " o.total_amount, o.application_fee_amount, o.refunded_amount, o.fee_refunded_amount,"
    " o.destination, o.subscription_id, o.period, o.stripe_transfer_id, o.shop_name,"
    " o.refund_policy, o.email, o.customer_name,"
    " o.shipping_address, o.created_at, o.paid_at, o.shipped_at, o.carrier, o.tracking_number"
    f" FROM orders o WHERE o.seller_id = :seller_id AND {_SEEN} ORDER BY o.number",
    "order_lines": "SELECT o.number AS order_number, x.listing_id, x.title, x.unit_amount,"
    f" x.quantity {_OF_ORDERS.format('order_lines')} AND {_SEEN} ORDER BY o.number, x.position",
    "refunds": "SELECT o.number AS order_number, x.amount, x.currency, x.state, x.reason,"
    " x.created_at, x.updated_at"
    f" {_OF_ORDERS.format('refunds')} AND {_SEEN} ORDER BY o.number, x.created_at",
    "disputes": "SELECT o.number AS order_number, x.status, x.reason, x.amount, x.currency,"
    f" x.opened_at {_OF_ORDERS.format('disputes')} AND {_SEEN} ORDER BY o.number, x.opened_at",
    "debts": "SELECT o.number AS order_number, x.amount, x.canceled_amount, x.currency,"
    f" x.created_at {_OF_ORDERS.format('debts')} ORDER BY o.number, x.created_at",
    "plans": "SELECT p.name AS plan, b.trial_days, b.created_at, b.stripe_subscription_id,"
    " s.stripe_customer_id, s.status, s.unit_amount, s.currency, s.interval,"
    " s.current_period_start, s.current_period_end, s.trial_end, s.canceled_at, s.ended_at"
    " FROM plan_subscriptions b JOIN stripe_subscriptions s ON s.id = b.stripe_subscription_id"
    " LEFT JOIN plans p ON p.stripe_price_id = s.price_id WHERE b.seller_id = :seller_id"
    " ORDER BY b.created_at",
    "ledger": "SELECT o.number AS order_number, x.kind, x.debit_account, x.credit_account,"
    f" x.amount, x.currency, x.booked_at {_OF_ORDERS.format('ledger')} ORDER BY o.number, x.id",
}
"""Everything that is a seller's, and of shoppers only what stands on the seller's own pages."""


def rows(tx: Tx, table: str, seller_id: str) -> list[Row]:
    """One of the tables above."""
    return tx.all(TABLES[table], seller_id=seller_id)


def pictures(tx: Tx, seller_id: str) -> list[str]:
    """The keys of all pictures of a shop's listings."""
    return [row["media_key"] for row in rows(tx, "pictures", seller_id)]


_OWN_LISTINGS = "(SELECT id FROM listings WHERE seller_id = :id)"
_SOLD = "id IN (SELECT listing_id FROM order_lines)"


def remove(tx: Tx, seller_id: str, now: str) -> None:
    """Remove all that no order needs; what orders name stays without what they do not need."""
    for sql in (
        f"DELETE FROM cart_lines WHERE listing_id IN {_OWN_LISTINGS}",
        f"DELETE FROM listing_pictures WHERE listing_id IN {_OWN_LISTINGS}",
        f"UPDATE order_lines SET picture_key = NULL WHERE listing_id IN {_OWN_LISTINGS}",
        f"DELETE FROM listings WHERE seller_id = :id AND NOT {_SOLD}",
        "UPDATE listings SET title = 'Deleted listing', slug = lower(id), description = '',"
        " stock = 0, state = 'draft', paused_by_leaving = 0 WHERE seller_id = :id",
        "DELETE FROM account_changes WHERE seller_id = :id",
        "DELETE FROM connected_accounts WHERE seller_id = :id AND stripe_account_id NOT IN"
        " (SELECT destination FROM orders WHERE seller_id = :id)",
        "UPDATE connected_accounts SET display_name = '', requirements = '{}'"
        " WHERE seller_id = :id",
    ):
        tx.run(sql, id=seller_id)
    tx.run(
        "UPDATE sellers SET name = 'Closed shop', slug = lower(id), story = '', logo_key = NULL,"
        " stripe_logo_id = NULL, refund_policy = '', shipping_countries = '', shipping_amount = 0,"
        " closed_at = :now, updated_at = :now WHERE id = :id",
        id=seller_id,
        now=now,
    )
