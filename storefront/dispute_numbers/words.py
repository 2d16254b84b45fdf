"""What the numbers about disputes say to an operator."""

from typing import Final

from storefront.dispute_numbers import period
from storefront.dispute_numbers.rates import Rate
from storefront.dispute_numbers.repository import Counts
from storefront.dispute_numbers.service import ACCEPTED, LOST, OPEN, WON, Measure, Month
from storefront.dispute_numbers.thresholds import Threshold

OUTCOMES: Final = {WON: "Won", LOST: "Lost", ACCEPTED: "Accepted", OPEN: "Open"}
_STATES: Final = {
    "below": ("Below", "good"),
    "rate_only": ("Rate reached", "warn"),
    "reached": ("Reached", "bad"),
}


def few(rate: Rate) -> str:
    """That a rate says little; empty where it says enough."""
    if not rate.few or not rate.whole:
        return ""
    payments = "one payment" if rate.whole == 1 else f"{rate.whole} payments"
    more = Rate(rate.part + 1, rate.whole)
    return f"A rate over {payments} says little: one dispute more would make it {more}."


def apart(found: Counts) -> str:
    """What is no dispute but was counted, too; empty where there was nothing."""
    counted = (
        (found.inquiries, "inquiry", "inquiries"),
        (found.prevented, "prevented", "prevented"),
        (found.warnings, "early warning", "early warnings"),
    )
    return ", ".join(f"{many} {one if many == 1 else more}" for many, one, more in counted if many)


def verdict(month: Month) -> str:
    """A month's rate as a sentence, with what is divided by what."""
    name, so_far = period.label(month.name), month.name == period.this_month()
    rate = month.rate
    if not rate.whole:
        return f"In {name} nobody has paid{' yet' if so_far else ''}, so there is no rate."
    disputes = "1 dispute" if rate.part == 1 else f"{rate.part:,} disputes"
    charges = "1 paid charge" if rate.whole == 1 else f"{rate.whole:,} paid charges"
    return f"{name}{' so far' if so_far else ''}: {disputes} ÷ {charges} = {rate}."


def outline(months: list[Month]) -> str:
    """The picture in words, for those who do not see it."""
    first, last = months[0], months[-1]
    told = [month for month in months if month.rate.whole]
    if not told:
        return "No payment in any month, so there is no rate."
    highest = max(told, key=lambda month: month.rate.hundredths or 0)
    return (
        f"From {period.label(first.name)} to {period.label(last.name)}; the highest is"
        f" {highest.rate} in {period.label(highest.name)}, the newest {told[-1].rate} in"
        f" {period.label(told[-1].name)}. The table below has every month."
    )


def counted(by: Threshold) -> str:
    """What a network divides by what."""
    what = "Disputes and early fraud warnings" if by.with_warnings else "Disputes"
    when = "of the month before" if by.month_before else "of the same month"
    return f"{what} ÷ payments {when}"


def state(measure: Measure) -> tuple[str, str]:
    """The words and the tone of a measure's badge."""
    return _STATES[measure.state]
