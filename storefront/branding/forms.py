"""The forms of the brand studio."""

from wtforms import FileField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from storefront.branding import service
from storefront.branding.repository import Look
from storefront.form_rules import rule
from storefront.sellers.forms import ColorsForm
from storefront.sellers.service import Seller

_BORDERS = {"rounded": "Rounded", "pill": "Pill", "rectangular": "Rectangular"}


class BrandForm(ColorsForm):
    """Everything that is no picture."""

    display_name = StringField(
        "Name at Checkout",
        [rule(service.display_name)],
        description="Empty: the name of the shop.",
    )
    font = SelectField(
        "Font at Checkout",
        choices=[SelectChoice(font, service.font_name(font)) for font in service.FONTS],
    )
    border_style = RadioField(
        "Buttons and fields", choices=[SelectChoice(*pair) for pair in _BORDERS.items()]
    )

    def look(self, seller: Seller) -> Look:
        """What was chosen."""
        name = service.display_name(self.display_name.data or "")
        return Look(seller.id, name, self.font.data, self.border_style.data)


class PictureForm(Form):
    """A picture."""

    picture = FileField("Picture")


def of(seller: Seller, chosen: Look) -> BrandForm:
    """The form as the shop looks now."""
    return BrandForm(
        display_name=chosen.display_name,
        primary_color=seller.primary_color,
        secondary_color=seller.secondary_color,
        font=chosen.font,
        border_style=chosen.border_style,
    )
