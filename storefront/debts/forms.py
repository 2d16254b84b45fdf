"""The form that forgives a debt."""

from wtforms import Form, StringField
from wtforms.validators import DataRequired, Length

NOTE_LENGTH = 200


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class WriteOffForm(Form):
    """Why the rest of a debt is forgiven."""

    note = StringField(
        "Why",
        [
            DataRequired("Please say why, for the record."),
            Length(max=NOTE_LENGTH, message=f"At most {NOTE_LENGTH} characters, please."),
        ],
        filters=[_stripped],
    )
