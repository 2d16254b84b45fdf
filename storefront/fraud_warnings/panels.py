"""What an order's page shows an operator about early fraud warnings."""

from storefront.fraud_warnings import service
from storefront.orders.panels import Panel
from storefront.orders.service import Order
from storefront.store import Tx


def of_operator(tx: Tx, order: Order) -> Panel | None:
    """The warnings about an order's payment."""
    found = service.of_order(tx, order.id)
    return Panel("fraud_warnings/_of_order.html", {"found": found}) if found else None
