"""What an operator reads about calls, events, mails and the ledger."""

from typing import Final

PARTIES: Final = {
    "shopper": "Shopper",
    "platform": "Platform",
    "seller": "Seller",
    "stripe_fees": "Stripe's fees",
    "dispute": "Dispute",
    "seller_debt": "Seller owes",
    "platform_claim": "Owed to us",
}

ENTRIES: Final = {
    "charge": "The shopper paid",
    "stripe_fee": "Stripe's own fee on the charge",
    "transfer": "The charge was transferred to the seller",
    "application_fee": "Our fee on the sale",
    "transfer_reversal": "Pulled back from the seller",
    "fee_refund": "Our fee, returned to the seller",
    "refund": "Refunded to the shopper",
    "refund_failure": "The refund came back from the bank",
    "repayment": "Paid back to the seller what had been pulled back",
    "repayment_fee": "Our fee, taken again with it",
    "debt": "Owed by the seller, since the platform paid",
    "debt_settled": "Taken back of what the seller owed",
    "debt_canceled": "Not owed any more, since its cause fell away",
    "debt_written_off": "Forgiven to the seller",
    "dispute": "The shopper's bank took the money back",
    "dispute_reinstated": "The dispute was decided for us, the money is back",
    "dispute_fee": "Stripe's fee for the dispute",
    "dispute_fee_returned": "Stripe returned a fee of the dispute",
}

OPERATIONS: Final = {
    "account.create": "Create a seller's account",
    "checkout_session.create": "Make a Checkout Session",
    "checkout_session.expire": "Expire a Checkout Session",
    "refund.create": "Refund",
    "application_fee_refund.create": "Return our fee",
    "transfer_reversal.create": "Reverse a transfer",
    "transfer.create": "Pay a seller back",
    "debt_settlement.create": "Take back what a seller owes",
    "dispute.update": "Save evidence for a dispute",
    "dispute.submit": "Submit evidence for a dispute",
    "dispute.close": "Accept a dispute",
    "account.deauthorize": "End the connection with an account",
    "customer.create": "Create a customer",
    "price.create": "Create a price",
    "plan_session.create": "Make a Checkout Session for a plan",
    "plan_session.expire": "Expire a Checkout Session for a plan",
    "subscription_session.create": "Make a Checkout Session for a subscription",
    "subscription_session.expire": "Expire a Checkout Session for a subscription",
    "subscription.update": "Change a subscription",
    "subscription.cancel": "End a subscription",
    "shop_subscription.update": "End a shopper's subscription, or go on with it",
}

MAILS: Final = {
    "order_confirmed": "Order confirmed",
    "order_processing": "Payment processing",
    "order_failed": "Payment failed",
    "order_shipped": "Shipped",
    "refund_sent": "Refund sent",
    "refund_failed": "Refund failed",
    "seller_sale": "Sale, to the seller",
    "order_renewed": "Subscription renewed",
    "subscription_late": "Subscription not paid",
    "subscription_ending": "Subscription ends",
    "subscription_ended": "Subscription has ended",
    "subscription_not_ended": "Subscription not ended, to operators",
    "request_step": "News of a refund request",
    "message_to_shopper": "New message, to the shopper",
    "message_to_seller": "New message, to the seller",
    "dispute": "News of a dispute",
    "fraud_warning": "Early fraud warning",
    "evidence_reminder": "Reminder to answer a dispute",
    "account_state": "News of the Stripe account, to the seller",
    "rule_answered": "What a rule did about a dispute",
    "seller_owes": "Debt, to the seller",
    "seller_disputed": "Debt for a dispute, to the seller",
    "account_disconnected": "Account disconnected, to the seller",
    "account_left": "Account disconnected, to operators",
    "plan_began": "Plan began, to the seller",
    "plan_failed": "Payment for a plan failed, to the seller",
    "plan_ended": "Plan ended, to the seller",
    "plan_disputed": "Payment for a plan disputed, to operators",
    "plan_extra": "Plan paid twice or too late, to operators",
    "plan_trial_ends": "Trial ends soon, to the seller",
}

ACTIONS: Final = {
    "refund.requested": "Refund requested",
    "refund.approved": "Refund approved",
    "refund.declined": "Refund declined",
    "refund.reviewed": "Refund made elsewhere reviewed",
    "refund_policy.set": "Refund policy set",
    "refund_policy.removed": "Refund policy removed",
    "fee.returned": "Fee returned",
    "seller.paid_back": "Seller paid back",
    "debt.written_off": "Debt written off",
    "dispute.submitted": "Evidence submitted to the bank",
    "dispute.accepted": "Dispute accepted",
    "dispute.recovered": "Disputed money recovered from the seller",
    "dispute_policy.set": "Dispute policy set",
    "merchant_rule.set": "Merchant of record set",
    "merchant_rule.removed": "Merchant of record removed",
    "dispute_policy.removed": "Dispute policy removed",
    "answer_rule.set": "Rule for answering disputes set",
    "answer_rule.removed": "Rule for answering disputes removed",
    "event.replayed": "Event replayed",
    "call.tried": "Call tried now",
    "fee_rule.added": "Fee rule added",
    "fee_rule.ended": "Fee rule ended",
    "plan.created": "Plan made",
    "plan.changed": "Plan edited",
    "plan.archived": "Plan archived",
    "plan.offered": "Plan offered again",
    "plan.chosen": "Plan chosen by a seller",
    "plan.began": "Plan paid by a seller",
    "plan.paid_twice": "Second plan of a seller ended",
    "plan.paid_late": "Plan of a deleted shop ended",
    "plan.switched": "Plan changed by a seller",
    "plan.ended": "Plan ended by a seller",
    "plan.kept": "Plan kept by a seller",
    "refund_request.answered": "Refund request answered",
    "refund_request.accepted": "Refund request accepted",
    "refund_request.declined": "Refund request declined",
    "refund_request.passed_on": "Refund request passed on",
    "stored_data.fetched": "Seller's Stripe data fetched",
    "stored_data.deleted": "Seller's Stripe data deleted",
    "reconciliation.started": "Reconciliation started",
    "account.left": "Account disconnected",
    "subscription.ended": "Subscription ended",
    "shop.deleted": "Shop deleted by its seller",
    "webhook_endpoint.created": "Webhook endpoint created",
    "webhook_endpoint.corrected": "Webhook endpoint corrected",
}

CALL_SENTENCES: Final = {
    "prepared": "Written down, to be sent soon.",
    "sent": "Sent. The answer is still to come.",
    "unknown": "Stripe's answer never arrived. The same call is repeated under the same key until"
    " it is certain what happened; it cannot happen twice.",
    "confirmed": "Stripe has done it.",
    "rejected": "Stripe refused, and nothing happened.",
    "abandoned": "Stripe has no trace of it after a complete search. It will not be sent again.",
}

EVENT_SENTENCES: Final = {
    "received": "Stored, to be folded in a moment.",
    "done": "Folded into what we know.",
    "ignored": "Genuine, but nothing that we act on.",
    "parked": "It is about something that we do not know yet. It is folded when that appears.",
    "failed": "Folding it failed. It is tried again by itself.",
    "dead": "Folding it failed too often. Replay it once the cause is gone.",
}


def entry(kind: str) -> str:
    """Why a ledger entry exists."""
    return ENTRIES.get(kind, kind)


def party(account: str) -> str:
    """The name of a ledger account."""
    return PARTIES.get(account, account)


def operation(name: str) -> str:
    """What a call asks Stripe to do."""
    return OPERATIONS.get(name, name)


def mail(kind: str) -> str:
    """What a mail is about."""
    return MAILS.get(kind, kind)


def action(name: str) -> str:
    """What somebody did."""
    return ACTIONS.get(name, name)


def call_sentence(state: str) -> str:
    """What a call's state means."""
    return CALL_SENTENCES[state]


def event_sentence(state: str) -> str:
    """What an event's state means."""
    return EVENT_SENTENCES[state]
