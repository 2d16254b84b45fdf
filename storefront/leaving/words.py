"""What leaving means for each thing that is open, for the seller and for the operator alike."""

from typing import Final

from storefront.leaving import repository
from storefront.stripe_calls.service import StripeCall

TITLES: Final = {
    repository.LISTINGS: "Listings",
    repository.PLAN: "Plan of the marketplace",
    repository.CHECKOUTS: "Open checkouts",
    repository.PROCESSING: "Payments on their way",
    repository.SUBSCRIPTIONS: "Running subscriptions",
    repository.TO_SHIP: "Orders to ship",
    repository.REFUNDS: "Refunds under way",
    repository.FAILED_REFUNDS: "Refunds that came back from the bank",
    repository.REQUESTS: "Refund requests",
    repository.DISPUTES: "Disputes",
    repository.DEBTS: "Owed to the marketplace",
    repository.TRANSFERS: "Transfers to the account",
}

WHAT_HAPPENS: Final = {
    repository.LISTINGS: "They are paused, not deleted. Those that are paused by leaving, and only"
    " those, go on sale again when the shop is connected.",
    repository.PLAN: "It ends with its period, and nothing more is billed: Stripe would not end it"
    " by itself. If an account is connected again before that day, it goes on. Deleting the shop"
    " ends it at once.",
    repository.CHECKOUTS: "They are closed at once, so that nobody pays into an account that is"
    " gone; shoppers keep their carts. A payment that gets through in that very moment is an order"
    " like any other.",
    repository.PROCESSING: "The shopper's bank is still deciding. What arrives is an order like any"
    " other; if it does not arrive, the shopper is told.",
    repository.SUBSCRIPTIONS: "They end with what is paid, so that nobody is charged"
    " for an account that cannot be paid, and shoppers get a mail. When this account is connected"
    " again before that, each shopper can keep the subscription.",
    repository.TO_SHIP: "Their money is in the account already. They are still to be shipped, or to"
    " be refunded.",
    repository.REFUNDS: "They go on, and what was pulled back for them counts.",
    repository.FAILED_REFUNDS: "The seller can still be paid back. The transfer waits until this"
    " account is connected again.",
    repository.REQUESTS: "They are answered as before. What Stripe does not pull back any more, the"
    " marketplace pays and the seller owes.",
    repository.DISPUTES: "They are answered as before. What is won back for the seller waits until"
    " this account is connected again.",
    repository.DEBTS: "They stay owed. Nothing is taken from the account while it is away; what is"
    " owed is taken when it is back and has money.",
    repository.TRANSFERS: "They wait until this account is connected again. They never go to"
    " another one.",
}

REFUNDS_AFTERWARDS: Final = (
    "Every paid order can still be refunded in full. Without the connection nothing can be read"
    " from the account, and Stripe may refuse to pull money back from it. Then the marketplace pays"
    " the shopper, and the seller owes it."
)

UNDER_WAY: Final = (
    "Stripe has been asked to end the connection and has not answered yet. It is asked again until"
    " the answer is certain; nothing can be bought meanwhile."
)


def refused(call: StripeCall) -> str:
    """Why an account is still connected although somebody asked Stripe to end that."""
    if call.state == "abandoned":
        return "Stripe never answered, and the account is still connected. Please try again."
    return f"The account is still connected. Stripe says: {call.error_message}"
