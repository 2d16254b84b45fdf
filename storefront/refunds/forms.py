"""The form of a refund: how much, who pays, why."""

from dataclasses import replace

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
from storefront.refunds.preview import Position, choices
from storefront.refunds.service import MESSAGE_LENGTH, Wish

WHOLE, PART = "whole", "amount"


class RefundForm(Form):
    """What an operator chooses. The amount is read in the order's currency by `wish`."""

    scope = RadioField(
        "How much",
        choices=[
            SelectChoice(WHOLE, "Everything that is left"),
            SelectChoice(PART, "A part of it"),
        ],
    )
    amount = StringField("Amount", filters=[lambda text: (text or "").strip()])
    reverse_transfer = BooleanField("Pull the money back from the seller")
    return_fee = BooleanField("Return our fee to the seller")
    reason = SelectField(
        "Reason", choices=[SelectChoice(code, label) for code, label in words.REASONS.items()]
    )
    message = TextAreaField(
        "Message to the shopper",
        [Length(max=MESSAGE_LENGTH, message=f"At most {MESSAGE_LENGTH} characters, please.")],
        filters=[lambda text: (text or "").strip()],
    )

    def wish(self, order: Order) -> Wish:
        """What was chosen. Raises Invalid if the amount is not one."""
        return Wish(
            amount=self._chosen_amount(order),
            reverse_transfer=self.reverse_transfer.data,
            return_fee=self.return_fee.data,
            reason=self.reason.data,
            message=self.message.data,
        )

    def _chosen_amount(self, order: Order) -> int:
        if self.scope.data == WHOLE:
            return self._whole(order)
        if not self.amount.data:
            raise Invalid("Please enter the amount to refund.")
        return money.parse(self.amount.data, order.currency)

    def _whole(self, order: Order) -> int:
        if self.amount.data:
            raise Invalid(
                "You entered an amount but chose everything. Choose “A part of it”, or empty the"
                " amount."
            )
        return order.refundable_amount


class ConfirmedForm(RefundForm):
    """The same once more from the confirm page, with what was shown there."""

    form_token = HiddenField(validators=[InputRequired("Please start this refund again.")])
    fee_amount = HiddenField()

    def wish(self, order: Order) -> Wish:
        """What was confirmed. Raises Invalid if the page has been tampered with."""
        chosen = super().wish(order)
        shown = self.fee_amount.data or ""
        if not (shown.isascii() and shown.isdecimal()):
            raise Invalid("Please start this refund again.")
        return replace(chosen, confirmed_fee_amount=int(shown))


def proposal(at: Position) -> RefundForm:
    """The form as it is first shown: everything goes back, each party gives back its part."""
    possible = [option for option in choices(at, at.refundable_amount) if option.preview]
    return RefundForm(
        data={
            "scope": WHOLE,
            "reverse_transfer": possible[0].reverse_transfer,
            "return_fee": possible[0].return_fee,
            "reason": next(iter(words.REASONS)),
        }
    )
