"""The form of a policy for disputes."""

from wtforms import Form, StringField

from storefront.disputes.repository import DisputePolicy
from storefront.form_rules import shop_named


class PolicyForm(Form):
    """When disputed money is recovered, and what becomes of our fee."""

    shop = StringField("Shop")
    recovery = StringField("When")
    fee = StringField("Our fee")

    def wanted(self) -> DisputePolicy:
        """What was chosen, still to be checked. Raises Invalid if it names no shop."""
        return DisputePolicy(shop_named(self.shop), self.recovery.data or "", self.fee.data or "")
