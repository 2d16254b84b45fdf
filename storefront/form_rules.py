"""Rules that forms share, so that each stands in one place."""

from collections.abc import Callable

from wtforms import Form, ValidationError
from wtforms.fields.core import Field

from storefront.errors import Invalid


def rule(check: Callable[[str], object]) -> Callable[[Form, Field], None]:
    """A rule of a service's as a validator that puts the sentence of an Invalid below the field."""

    def validate(_form: Form, field: Field) -> None:
        try:
            check(field.data or "")
        except Invalid as error:
            raise ValidationError(error.message) from error

    return validate


def shop_named(field: Field) -> str:
    """The shop that a policy is for; empty for the platform, whose form has no such field.

    Raises Invalid if a shop's form names none: it must not change the platform's policy.
    """
    named = (field.data or "").strip()
    if field.raw_data and not named:
        raise Invalid("Please say which shop this is for.")
    return named
