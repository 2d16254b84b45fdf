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
