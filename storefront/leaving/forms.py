"""The form that ends a connection."""

from wtforms import BooleanField, Form
from wtforms.validators import InputRequired


class LeaveForm(Form):
    """Somebody has read what happens."""

    agreed = BooleanField(
        "I have read what happens to what is open",
        [InputRequired("Please read what happens, and tick the box.")],
    )
