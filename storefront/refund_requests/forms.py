"""The forms about a refund request: asking, saying something, accepting."""

from collections.abc import Mapping

from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from storefront import money
from storefront.errors import Invalid
from storefront.orders.service import Order
from storefront.refund_requests import words
from storefront.refund_requests.accepting import Acceptance
from storefront.refund_requests.asking import Asking
from storefront.refund_requests.conversation import MESSAGE_LENGTH
from storefront.refunds.preview import SHARES
from storefront.refunds.words import SHARES as SHARE_WORDS

ITEMS, AMOUNT = "items", "amount"

_QUANTITY = "quantity-"
_START_AGAIN = "Please start again: something of this form is missing."


def _text(text: str | None) -> str:
    return (text or "").strip()


def _message(label: str) -> TextAreaField:
    too_long = f"At most {MESSAGE_LENGTH} characters, please."
    return TextAreaField(label, [Length(max=MESSAGE_LENGTH, message=too_long)], filters=[_text])


class RequestForm(Form):
    """What a shopper asks for. Quantities are read by `quantities`: there is one for each line."""

    what = RadioField(
        "What would you like back?",
        choices=[SelectChoice(ITEMS, "Items"), SelectChoice(AMOUNT, "An amount")],
        default=ITEMS,
    )
    amount = StringField("Amount", filters=[_text])
    reason = SelectField(
        "Why?",
        [InputRequired("Please choose a reason.")],
        choices=[
            SelectChoice("", "Please choose"),
            *(SelectChoice(code, label) for code, label in words.REASONS.items()),
        ],
    )
    message = _message("Message to the shop")
    form_token = HiddenField(validators=[InputRequired(_START_AGAIN)])

    def asking(self, order: Order, posted: Mapping[str, str]) -> Asking:
        """What was chosen. Raises Invalid for what is no amount and no quantity."""
        return Asking(
            reason=self.reason.data,
            message=self.message.data,
            form_token=self.form_token.data,
            quantities=quantities(posted) if self.what.data == ITEMS else {},
            amount=self._amount(order) if self.what.data == AMOUNT else None,
        )

    def _amount(self, order: Order) -> int:
        if not self.amount.data:
            raise Invalid("Please enter the amount that you would like back.")
        return money.parse(self.amount.data, order.currency)


def quantities(posted: Mapping[str, str]) -> dict[int, int]:
    """How many of which line of the order, by position; lines with none are left out."""
    found = {}
    for name, text in posted.items():
        if name.startswith(_QUANTITY) and (count := _whole(text.strip() or "0")):
            found[_whole(name.removeprefix(_QUANTITY))] = count
    return found


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid("Please enter how many of an item you would like to return, such as 1.")
    return int(text)


class MessageForm(Form):
    """Something said about a request."""

    message = _message("Message")

    def said(self) -> str:
        """The message. Raises Invalid if it is too long."""
        if not self.validate():
            raise Invalid(" ".join(self.message.errors))
        return str(self.message.data)


class AcceptForm(Form):
    """The seller accepts what was shown: the part of our fee that comes back is sent along."""

    who = "seller"

    message = _message("Message to the shopper")
    form_token = HiddenField(validators=[InputRequired(_START_AGAIN)])
    fee_amount = HiddenField(
        validators=[InputRequired(_START_AGAIN), Regexp(r"[0-9]{1,12}\Z", message=_START_AGAIN)]
    )

    def acceptance(self, actor_id: str) -> Acceptance:
        """What was confirmed."""
        return Acceptance(
            self.who, actor_id, self.form_token.data, self.message.data, self._shown_fee(),
            self._share(),
        )  # fmt: skip

    def _share(self) -> str:
        return ""

    def _shown_fee(self) -> int:
        return int(self.fee_amount.data)


class OperatorAcceptForm(AcceptForm):
    """The operator also chooses who pays."""

    who = "operator"

    share = RadioField(
        "Who pays",
        [InputRequired("Please choose who pays.")],
        choices=[SelectChoice(share, SHARE_WORDS[share]) for share in SHARES],
    )

    def _share(self) -> str:
        return str(self.share.data)

    def _shown_fee(self) -> int:
        return super()._shown_fee() if SHARES[self.share.data]["return_fee"] else 0
