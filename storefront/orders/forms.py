"""The form with which a seller marks an order as shipped."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length, Optional


class ShippedForm(FlaskForm):
    """Who carries the parcel, and under which number. Both may be unknown."""

    class Meta:
        """The token is checked before any view (security/cross_site.py)."""

        csrf = False

    carrier = StringField(
        "Carrier", [Optional(), Length(max=60)], filters=[lambda text: (text or "").strip()]
    )
    tracking_number = StringField(
        "Tracking number", [Optional(), Length(max=80)], filters=[lambda text: (text or "").strip()]
    )
