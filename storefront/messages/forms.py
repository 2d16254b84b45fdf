"""The form for a message."""

from wtforms import Form, HiddenField, TextAreaField
from wtforms.validators import Length

from storefront.form_rules import rule
from storefront.messages import service


class MessageForm(Form):
    """What is said, and a token that makes it one message however often it is sent."""

    text = TextAreaField("Write a message", [rule(service.cleaned)])
    form_token = HiddenField(
        validators=[Length(min=16, max=64, message="Please send the message once more.")]
    )
