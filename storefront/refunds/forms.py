"""The form of a refund: how much, which pieces, who pays, why."""

from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from storefront import money
from storefront.errors import Invalid
from storefront.orders.service import Order
from storefront.refunds import words
from storefront.refunds.fee_returns import NOTE_LENGTH
from storefront.refunds.lines import Left
from storefront.refunds.policies import ON_FAILURE, PROPOSED, RefundPolicy
from storefront.refunds.preview import SHARES
from storefront.refunds.service import MESSAGE_LENGTH, RefundLine, Wish
from storefront.security.typed_text import many_lines
from storefront.seller_policies import forms as seller_policies

WHOLE, LINES, PART = "whole", "lines", "amount"


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class PiecesForm(Form):
    """What a refund of one order is for.

    `form_for` adds the order, and a quantity and a choice to restock for each of its lines.
    """

    order: ClassVar[Order]
    left: ClassVar[Left]

    scope = RadioField(
        "How much",
        choices=[
            SelectChoice(WHOLE, "Everything that is left"),
            SelectChoice(LINES, "Some of the items"),
            SelectChoice(PART, "An amount"),
        ],
    )
    includes_shipping = BooleanField("And the shipping")
    message = TextAreaField(
        "Message to the shopper",
        [Length(max=MESSAGE_LENGTH, message=f"At most {MESSAGE_LENGTH} characters, please.")],
        filters=[many_lines],
    )

    def pieces(self) -> tuple[RefundLine, ...]:
        """How many pieces of which lines. Raises Invalid if these are no quantities, or all 0."""
        lines = self._lines()
        if self.scope.data not in {WHOLE, PART} and not lines and not self.with_shipping():
            raise Invalid("Please choose at least one piece to refund.")
        return lines

    def with_shipping(self) -> bool:
        """Whether the shipping is part of it."""
        if self.scope.data == WHOLE:
            return self.left.shipping_amount > 0
        return self.scope.data == LINES and bool(self.includes_shipping.data)

    def _lines(self) -> tuple[RefundLine, ...]:
        if self.scope.data == PART:
            return ()
        pieces = (
            (each.line.position, self._quantity(each.line.position)) for each in self.left.lines
        )
        return tuple(
            RefundLine(position, quantity, self[f"restock_{position}"].data)
            for position, quantity in pieces
            if quantity
        )

    def _quantity(self, position: int) -> int:
        if self.scope.data == WHOLE:
            return self.left.quantity(position)
        text = self[f"quantity_{position}"].data or "0"
        if not (text.isascii() and text.isdecimal() and len(text) < 5):
            raise Invalid(f"“{text}” is not a number of pieces.")
        return int(text)


class RefundForm(PiecesForm):
    """What an operator chooses of one order. Amounts are read in the order's currency by `wish`."""

    amount = StringField("Amount", filters=[_stripped])
    share = RadioField(
        "Who pays", choices=[SelectChoice(share, words.SHARES[share]) for share in SHARES]
    )
    reason = SelectField(
        "Reason", choices=[SelectChoice(code, label) for code, label in words.REASONS.items()]
    )

    def wish(self) -> Wish:
        """What was chosen. Raises Invalid for an amount or a quantity that is none."""
        if self.share.data not in SHARES:
            raise Invalid("Please choose who pays.")
        lines = self.pieces()
        return Wish(
            amount=self._amount(lines),
            **SHARES[self.share.data],
            reason=self.reason.data,
            message=self.message.data,
            lines=lines,
            includes_shipping=self.with_shipping(),
        )

    def _amount(self, lines: tuple[RefundLine, ...]) -> int:
        if self.scope.data == WHOLE:
            return self.order.refundable_amount
        if self.scope.data == PART:
            return self._typed()
        return self.left.price(lines, includes_shipping=self.with_shipping())

    def _typed(self) -> int:
        if not self.amount.data:
            raise Invalid("Please enter the amount to refund.")
        return money.parse(self.amount.data, self.order.currency)


class ConfirmedForm(RefundForm):
    """The same once more from the confirm page, with what was shown there."""

    form_token = HiddenField(validators=[InputRequired("Please start this refund again.")])
    shown_amount = HiddenField()
    fee_amount = HiddenField()

    def wish(self) -> Wish:
        """What was confirmed. Raises Invalid if the page has been tampered with."""
        shown = [field.data or "" for field in (self.shown_amount, self.fee_amount)]
        if not all(text.isascii() and text.isdecimal() and len(text) < 13 for text in shown):
            raise Invalid("Please start this refund again.")
        return replace(
            super().wish(),
            confirmed_amount=int(shown[0]),
            confirmed_fee_amount=int(shown[1]),
        )


OfOrder = TypeVar("OfOrder", bound=PiecesForm)


def form_for(base: type[OfOrder], order: Order, left: Left) -> type[OfOrder]:
    """The form of one order."""
    fields: dict[str, Any] = {"order": order, "left": left}
    for each in left.lines:
        position, title = each.line.position, each.line.title
        fields[f"quantity_{position}"] = StringField(f"Pieces of {title}", filters=[_stripped])
        fields[f"restock_{position}"] = BooleanField(f"Put {title} on sale again")
    return type(base.__name__, (base,), fields)


def proposal(order: Order, left: Left, share: str, reason: str = "") -> RefundForm:
    """The form as it is first shown: everything goes back, and what was not sent is on sale.

    A reason that is none of Stripe's becomes the first of them.
    """
    restock = {f"restock_{each.line.position}": not order.shipped_at for each in left.lines}
    quantities = {f"quantity_{each.line.position}": "0" for each in left.lines}
    return form_for(RefundForm, order, left)(
        data={
            "scope": WHOLE,
            "share": share,
            "reason": reason if reason in words.REASONS else next(iter(words.REASONS)),
            **restock,
            **quantities,
        }
    )


class FeeForm(Form):
    """Returning our fee alone."""

    amount = StringField("Amount", filters=[_stripped])
    note = StringField(
        "Why", [Length(max=NOTE_LENGTH, message=f"At most {NOTE_LENGTH} characters, please.")],
        filters=[_stripped],
    )  # fmt: skip
    form_token = HiddenField(validators=[InputRequired("Please start again.")])


class PolicyForm(seller_policies.PolicyForm[RefundPolicy]):
    """How refunds are shared unless the operator says otherwise."""

    share = seller_policies.one_of("Who pays", {share: words.SHARES[share] for share in PROPOSED})
    on_failure = SelectField(
        "When a refund fails after it was pulled back",
        choices=[SelectChoice(value, label) for value, label in ON_FAILURE.items()],
    )

    def wanted(self) -> RefundPolicy:
        """What was chosen, still to be checked. Raises Invalid if it names no shop."""
        share, on_failure = (f.data or "" for f in (self.share, self.on_failure))
        return RefundPolicy(self.named(), share, on_failure)
