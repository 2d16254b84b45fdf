"""The form of a policy for disputes."""

from wtforms import Form, StringField

from storefront.disputes.repository import DisputePolicy


class PolicyForm(Form):
    """When disputed money is recovered, and what becomes of our fee."""

    shop = StringField("Shop")
    recovery = StringField("When")
    fee = StringField("Our fee")

    def wanted(self) -> DisputePolicy:
        """What was chosen, still to be checked; without a shop it is for the platform."""
        shop, recovery, fee = (f.data or "" for f in (self.shop, self.recovery, self.fee))
        return DisputePolicy(shop.strip(), recovery, fee)
