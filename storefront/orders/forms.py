"""The form with which a seller marks an order as shipped."""

from wtforms import Form, StringField
from wtforms.validators import Length, Optional


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class ShippedForm(Form):
    """Who carries the parcel, and under which number. Both may be unknown."""

    carrier = StringField("Carrier", [Optional(), Length(max=60)], filters=[_stripped])
    tracking_number = StringField(
        "Tracking number", [Optional(), Length(max=80)], filters=[_stripped]
    )
