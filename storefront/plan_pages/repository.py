"""What a seller sold of late, for comparing plans."""

from storefront.store import Row, Tx


def sold(tx: Tx, seller_id: str, currency: str, since: str) -> list[Row]:
    """Paid orders since a moment, a row for each category in them: `order_id`, `category`,
    `amount` of the goods and `shipping` of the whole order, in minor units.
    """
    return tx.all(
        "SELECT o.id AS order_id, COALESCE(l.category, '') AS category,"
        " SUM(x.unit_amount * x.quantity) AS amount, o.shipping_amount AS shipping"
        " FROM orders o JOIN order_lines x ON x.order_id = o.id"
        " LEFT JOIN listings l ON l.id = x.listing_id"
        " WHERE o.seller_id = :seller_id AND o.currency = :currency AND o.status = 'paid'"
        " AND o.paid_at >= :since GROUP BY o.id, l.category, o.shipping_amount ORDER BY o.id",
        seller_id=seller_id,
        currency=currency,
        since=since,
    )
