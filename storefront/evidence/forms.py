"""The form of a dispute's evidence: one control for each of Stripe's fields."""

from collections.abc import Mapping

from wtforms import BooleanField, FileField, Form, HiddenField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import Length

from storefront.evidence.fields import FIELDS, FILES, TEXTS
from storefront.evidence.files import Upload
from storefront.evidence.service import MAX_LENGTH, Change, Evidence
from storefront.security.typed_text import many_lines, one_line

_REMOVE = "remove_"


class EvidenceForm(Form):
    """Texts, files, and which files to take out again; `version` is what it was made from."""

    version = HiddenField()

    def change(self, uploads: Mapping[str, Upload]) -> Change:
        """What was typed, with the files that were checked already."""
        return Change(
            version=self.version.data or "",
            texts={name: self[name].data for name in TEXTS},
            uploads=uploads,
            removed=frozenset(name for name in FILES if self[_REMOVE + name].data),
        )


def _control(name: str) -> UnboundField:
    field = FIELDS[name]
    if field.kind == "file":
        return FileField(field.label)
    validators = [Length(max=MAX_LENGTH, message=f"At most {MAX_LENGTH:,} characters, please.")]
    if field.kind == "line":
        return StringField(field.label, validators, filters=[one_line])
    return TextAreaField(field.label, validators, filters=[many_lines])


for _name in FIELDS:
    setattr(EvidenceForm, _name, _control(_name))
for _name in FILES:
    setattr(EvidenceForm, _REMOVE + _name, BooleanField("Take this file out"))


def filled(evidence: Evidence) -> EvidenceForm:
    """The form with what is there now."""
    texts = {name: evidence.value(name) for name in TEXTS}
    return EvidenceForm(data={"version": evidence.version, **texts})
