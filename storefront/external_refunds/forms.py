"""The form of a review: which pieces a refund was for, what the shopper reads, and a note."""

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from storefront.external_refunds.service import Meaning
from storefront.orders.service import Order
from storefront.refunds.forms import LINES, PART, WHOLE, PiecesForm, form_for
from storefront.refunds.lines import Left
from storefront.refunds.service import RefundLine
from storefront.security.typed_text import one_line

NOTE_LENGTH = 200


class ReviewForm(PiecesForm):
    """What an operator says of a refund that was made elsewhere."""

    scope = RadioField(
        "What it was for",
        choices=[
            SelectChoice(WHOLE, "Everything that was left"),
            SelectChoice(LINES, "Some of the items"),
            SelectChoice(PART, "An amount, no pieces"),
        ],
    )
    note = StringField(
        "Note",
        [
            DataRequired("Please say what you know of it, for the record."),
            Length(max=NOTE_LENGTH, message=f"At most {NOTE_LENGTH} characters, please."),
        ],
        filters=[one_line],
    )

    def meaning(self) -> Meaning:
        """What was said. Raises Invalid for a quantity that is none."""
        return Meaning(self.note.data, self.pieces(), self.with_shipping(), self.message.data)


def proposal(order: Order, left: Left, amount: int) -> ReviewForm:
    """The form as it is first shown: with the pieces that cost exactly what was refunded."""
    lines, includes_shipping = guess(left, amount)
    asked = {f"quantity_{each.line.position}": "0" for each in left.lines}
    asked |= {f"quantity_{line.position}": str(line.quantity) for line in lines}
    restock = {f"restock_{each.line.position}": not order.shipped_at for each in left.lines}
    return form_for(ReviewForm, order, left)(
        data={
            "scope": LINES if lines else PART,
            "includes_shipping": includes_shipping,
            **asked,
            **restock,
        }
    )


def guess(left: Left, amount: int) -> tuple[tuple[RefundLine, ...], bool]:
    """The pieces that an amount in minor units pays for, and whether shipping is part of it.

    Everything that is left, or pieces of one line; nothing where more than one choice fits.
    """
    pieces = {each.line.position: each.quantity for each in left.lines if each.quantity}
    options = [pieces] if pieces else []
    options += [
        {each.line.position: quantity}
        for each in left.lines
        for quantity in range(1, each.quantity + 1)
        if {each.line.position: quantity} != pieces
    ]
    fitting = [
        (lines, includes_shipping)
        for lines in (_lines(option) for option in options)
        for includes_shipping in {False, left.shipping_amount > 0}
        if left.price(lines, includes_shipping=includes_shipping) == amount
    ]
    return fitting[0] if len(fitting) == 1 else ((), False)


def _lines(option: dict[int, int]) -> tuple[RefundLine, ...]:
    return tuple(RefundLine(position, quantity, False) for position, quantity in option.items())
