"""The forms about the merchant of record and about statements."""

from wtforms import Form, StringField

from storefront.merchants.service import MERCHANTS, MerchantRule
from storefront.seller_policies import forms as seller_policies


class RuleForm(seller_policies.PolicyForm[MerchantRule]):
    """Who is the merchant of record."""

    merchant = seller_policies.one_of("Merchant of record", MERCHANTS)

    def wanted(self) -> MerchantRule:
        """What was chosen, still to be checked. Raises Invalid if it names no shop."""
        return MerchantRule(self.named(), self.merchant.data or "")


class SuffixForm(Form):
    """What a shop adds on statements."""

    suffix = StringField("On the statement")
