"""The forms about the merchant of record and about statements."""

from wtforms import Form, StringField

from storefront.form_rules import shop_named
from storefront.merchants.repository import MerchantRule


class RuleForm(Form):
    """Who is the merchant of record."""

    shop = StringField("Shop")
    merchant = StringField("Merchant of record")

    def wanted(self) -> MerchantRule:
        """What was chosen, still to be checked. Raises Invalid if it names no shop."""
        return MerchantRule(shop_named(self.shop), self.merchant.data or "")


class SuffixForm(Form):
    """What a shop adds on statements."""

    suffix = StringField("On the statement")
