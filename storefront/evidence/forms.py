"""The forms of a dispute's evidence and of the rules that answer by themselves."""

from collections.abc import Iterator, Mapping

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, Form, HiddenField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import Length

from storefront.evidence import rules
from storefront.evidence.fields import FIELDS, FILES, TEXTS
from storefront.evidence.files import Upload
from storefront.evidence.rules import AnswerRule
from storefront.evidence.service import MAX_LENGTH, Change, Evidence
from storefront.money import plain
from storefront.security.typed_text import many_lines, one_line
from storefront.seller_policies import forms as seller_policies

_REMOVE = "remove_"
_EMPTY = ("", "")


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


class RuleForm(seller_policies.PolicyForm[AnswerRule]):
    """A rule: a choice, and rows of a currency and an amount."""

    submits = BooleanField("Submit the evidence a day before the deadline")

    def __init__(
        self, whose: str, sent: MultiDict[str, str] | None = None, obj: AnswerRule | None = None
    ) -> None:
        super().__init__(whose, sent, obj)
        self.rows = tuple(_typed(sent) if sent else _decided(obj))

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """The rows with some empty ones below."""
        return (*self.rows, _EMPTY, _EMPTY)

    def wanted(self) -> AnswerRule:
        """The rule that was typed. Raises Invalid, in words."""
        return AnswerRule(self.named(), self.submits.data, rules.limits(self.rows))


def _typed(sent: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    rows = zip(sent.getlist("currency"), sent.getlist("amount"), strict=False)
    return (row for row in rows if row != _EMPTY)


def _decided(rule: AnswerRule | None) -> Iterator[tuple[str, str]]:
    for currency, amount in rule.limits.items() if rule else ():
        yield currency, plain(amount, currency)
