"""The form of a policy for disputes."""

from storefront.disputes.policies import FEES, RECOVERIES, DisputePolicy
from storefront.seller_policies import forms as seller_policies


class PolicyForm(seller_policies.PolicyForm[DisputePolicy]):
    """When disputed money is recovered, and what becomes of our fee."""

    recovery = seller_policies.one_of("When it is recovered", RECOVERIES)
    fee = seller_policies.one_of("How much", FEES)

    def wanted(self) -> DisputePolicy:
        """What was chosen, still to be checked. Raises Invalid if it names no shop."""
        return DisputePolicy(self.named(), self.recovery.data or "", self.fee.data or "")
