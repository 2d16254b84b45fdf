"""What the forms of all policies have in common: there are two of them on a page."""

from collections.abc import Mapping
from typing import Generic

from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired

from storefront.errors import Invalid
from storefront.seller_policies.service import P

PLATFORM, SELLER = "platform", "seller"


def one_of(label: str, choices: Mapping[str, str]) -> UnboundField:
    """A choice that the service checks; here it only has to be made."""
    options = [SelectChoice(value, title) for value, title in choices.items()]
    return RadioField(label, [InputRequired()], choices=options)


class PolicyForm(Form, Generic[P]):
    """The platform's form, or a seller's. `obj` is what holds now.

    Whatever was typed comes back; what cannot be decided is Invalid, in words.
    """

    shop = StringField("Shop", filters=[lambda text: (text or "").strip()])

    def __init__(self, whose: str, sent: MultiDict[str, str] | None = None, obj: P | None = None):
        super().__init__(sent, obj)
        self.whose = whose
        for field in self:
            field.id = f"{whose}-{field.name}"

    def wanted(self) -> P:
        """What was chosen, still to be checked. Raises Invalid if it names no shop."""
        raise NotImplementedError

    def named(self) -> str:
        """The shop that it is for; empty for the platform, whose form has no such field.

        Raises Invalid if a seller's form names no shop: it must not change the platform's policy.
        """
        shop: str = self.shop.data or ""
        if self.whose == SELLER and not shop:
            raise Invalid("Please say which shop this is for.")
        return shop
