"""The forms about the merchant of record and about statements."""

from wtforms import Form, StringField

from storefront.merchants.repository import MerchantRule


class RuleForm(Form):
    """Who is the merchant of record."""

    shop = StringField("Shop")
    merchant = StringField("Merchant of record")

    def wanted(self) -> MerchantRule:
        """What was chosen, still to be checked; without a shop it is for the platform."""
        return MerchantRule((self.shop.data or "").strip(), self.merchant.data or "")


class SuffixForm(Form):
    """What a shop adds on statements."""

    suffix = StringField("On the statement")
