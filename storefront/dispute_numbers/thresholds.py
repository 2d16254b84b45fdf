"""From which dispute rate on a card network puts a merchant into a monitoring program.

The thresholds are the networks', who change them, and differ in some regions. They are written
here with the public page that tells of them, since the networks' own rules are not public; look
there before you rely on one.
"""

from dataclasses import dataclass
from typing import Final

from storefront.dispute_numbers.rates import plain_percent

_VISA = (
    "https://support.checkout.com/hc/en-us/articles/23330844282514-What-are-the-thresholds-for-"
    "disputes-and-fraud-under-Visa-s-Acquirer-Monitoring-Program-VAMP"
)
_MASTERCARD = (
    "https://developer.paypal.com/braintree/articles/risk-and-security/"
    "card-brand-monitoring-programs/mastercard-programs/excessive-chargeback-program"
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Rate and number that a merchant must reach, both in one month, to be monitored.

    The rate is in hundredths of a percent. `with_warnings` says that issuers' fraud reports count
    like disputes, `month_before` that the sales of the month before are what is divided by.
    """

    network: str
    program: str
    basis_points: int
    least_count: int
    with_warnings: bool
    month_before: bool
    in_force_since: str
    source: str
    read_on: str

    @property
    def percent(self) -> str:
        """The rate for people: `1.5%`."""
        return plain_percent(self.basis_points)


THRESHOLDS: Final = (
    Threshold(
        "Visa", "Acquirer Monitoring Program, excessive merchant", 150, 1500,
        with_warnings=True, month_before=False,
        in_force_since="2026-04-01", source=_VISA, read_on="2026-11-28",
    ),
    Threshold(
        "Mastercard", "Excessive Chargeback Merchant", 150, 100,
        with_warnings=False, month_before=True,
        in_force_since="2019-10-01", source=_MASTERCARD, read_on="2026-11-28",
    ),
    Threshold(
        "Mastercard", "High Excessive Chargeback Merchant", 300, 300,
        with_warnings=False, month_before=True,
        in_force_since="2019-10-01", source=_MASTERCARD, read_on="2026-11-28",
    ),
)  # fmt: skip
