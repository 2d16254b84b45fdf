"""What the pages about sending many orders show."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from storefront.orders import service as orders
from storefront.orders.forms import ShippedForm
from storefront.orders.service import Order
from storefront.shipping.pasted import Line
from storefront.shipping.service import Parcel


@dataclass(frozen=True, slots=True)
class Row:
    """An order and what is typed for it."""

    order: Order
    form: ShippedForm

    @property
    def parcel(self) -> Parcel:
        """The same as it is sent."""
        carrier, tracking = self.form.carrier.data, self.form.tracking_number.data
        return Parcel(self.order.id, carrier or "", tracking or "")


def rows(found: list[Order], typed: MultiDict[str, str]) -> list[Row]:
    """A form for each order that can be sent."""
    return [
        Row(order, ShippedForm(typed, prefix=order.id))
        for order in found
        if not orders.why_not_shipped(order)
    ]


def wrong(rows: list[Row]) -> list[Row]:
    """The rows that have to be corrected; each then says what is wrong."""
    return [row for row in rows if not row.form.validate()]


def left_out(found: list[Order]) -> list[tuple[str, str]]:
    """The orders that cannot be sent, and why."""
    reasons = ((order, orders.why_not_shipped(order)) for order in found)
    return [(f"Order {order.number}", reason) for order, reason in reasons if reason]


def typed(lines: Mapping[str, Line]) -> MultiDict[str, str]:
    """A list as if it had been typed into the forms of its orders."""
    values: MultiDict[str, str] = MultiDict()
    for order_id, line in lines.items():
        values[f"{order_id}-carrier"] = line.carrier
        values[f"{order_id}-tracking_number"] = line.tracking
    return values
