"""The form with which a seller or an operator ends a subscription."""

from wtforms import Form, TextAreaField
from wtforms.validators import DataRequired, Length

from storefront.security.typed_text import many_lines
from storefront.subscriptions.service import REASON_LENGTH


def _cleaned(text: str | None) -> str:
    return many_lines(text or "")


class EndForm(Form):
    """Why it ends; the shopper reads it."""

    reason = TextAreaField(
        "Reason",
        [DataRequired("Please say why; the shopper reads it."), Length(max=REASON_LENGTH)],
        filters=[_cleaned],
    )
