"""What an export contains: a list of what is allowed, never of what is forbidden.

A new table or column stays out until it is named here; `tests/export/test_book.py` fails until
it stands in one of the three lists.
"""

from typing import Final

TABLES: Final[dict[str, str]] = {
    "users": "id email name email_verified_at is_operator created_at",
    "sellers": "id user_id slug name story refund_policy currency shipping_countries"
    " shipping_amount created_at updated_at closed_at",
    "connected_accounts": "stripe_account_id seller_id connected charges_enabled payouts_enabled"
    " details_submitted transfers_capability card_payments_capability display_name country"
    " default_currency statement_prefix connected_at disconnected_at",
    "listings": "id seller_id slug title category description price_amount currency stock"
    " requires_shipping state created_at updated_at published_at sku billing",
    "subscriptions": "id seller_id listing_id user_id title shop_name price_amount currency billing"
    " fee_percent destination stripe_subscription_id ending ending_reason ending_since created_at",
    "orders": "id number seller_id user_id status problem currency items_amount shipping_amount"
    " total_amount application_fee_amount fee_mode fee_basis refunded_amount fee_refunded_amount"
    " on_behalf_of cross_border"
    " stripe_fee_amount stripe_fee_currency disputed destination shop_name refund_policy"
    " requires_shipping email customer_name shipping_address carrier tracking_number"
    " stripe_checkout_session_id stripe_payment_intent_id stripe_charge_id stripe_transfer_id"
    " stripe_application_fee_id subscription_id stripe_invoice_id fee_percent period"
    " created_at expires_at paid_at shipped_at",
    "order_lines": "order_id position listing_id title unit_amount quantity",
    "refunds": "id order_id amount currency reverse_transfer return_fee fee_amount"
    " includes_shipping owed reason message origin actor_id state failure stripe_refund_id"
    " created_at updated_at",
    "refund_lines": "refund_id position quantity restock",
    "refund_reviews": "refund_id actor_id note created_at",
    "refund_requests": "id order_id amount currency includes_shipping reason state refund_id"
    " created_at updated_at",
    "refund_request_lines": "request_id position quantity",
    "refund_request_steps": "id request_id who kind message at",
    "order_messages": "id order_id seller_id who text sent_at read_at",
    "fee_returns": "id order_id amount currency note actor_id state failure created_at updated_at",
    "fee_rules": "id scope subject millionths fixed minimum maximum starts_at ends_at actor_id"
    " created_at",
    "disputes": "id order_id seller_id status reason amount currency withdrawn_amount fee_amount"
    " submission_count due_by opened_at updated_at",
    "fraud_warnings": "id order_id seller_id fraud_type status warned_at updated_at",
    "repayments": "id subject_id order_id reversed_amount fee_amount currency destination"
    " actor_id state failure missing_amount stripe_transfer_id created_at updated_at",
    "debts": "id subject_id order_id seller_id destination amount currency stripe_object_id"
    " canceled_amount created_at updated_at",
    "debt_settlements": "id debt_id amount state failure stripe_transfer_reversal_id created_at"
    " updated_at",
    "ledger": "id order_id seller_id kind debit_account credit_account amount currency"
    " stripe_object_id booked_at",
    "stripe_objects": "id object parent_id facts updated_at",
    "plans": "id name description features recommended position price_amount currency interval"
    " trial_days millionths fixed minimum maximum stripe_price_id archived_at actor_id created_at",
    "plan_customers": "seller_id stripe_customer_id stripe_account_id created_at",
    "stripe_subscriptions": "id status stripe_customer_id price_id unit_amount quantity currency"
    " interval interval_count current_period_start current_period_end trial_end"
    " cancel_at_period_end cancel_at canceled_at ended_at cancellation_reason latest_invoice_id"
    " latest_invoice_status latest_invoice_paid next_payment_attempt created_at",
    "plan_subscriptions": "id seller_id plan_id state trial_days stripe_checkout_session_id"
    " stripe_subscription_id ends_by_leaving created_at expires_at",
    "stored_objects": "stripe_account_id id kind parent_id created_at amount currency status"
    " words body deleted seen_until net_amount origin_id available_at",
}
"""Tables and their columns; each table after those that it refers to."""

WITHHELD: Final[dict[str, str]] = {
    "users": "password_hash session_version",
    "sellers": "primary_color secondary_color logo_key stripe_logo_id",
    "connected_accounts": "debits_negative_balances payout_interval requirements read_at stale_at"
    " told_state told_before doubted_at",
    "listings": "row paused_by_leaving",
    "orders": "purchase_ip token cart_id fingerprint checkout_url facts_wanted_at asked_at"
    " refund_committed stock_held cart_taken",
    "order_lines": "picture_key",
    "subscriptions": "token invoices_wanted_at",
    "refunds": "form_token",
    "refund_requests": "form_token",
    "order_messages": "form_token",
    "fee_returns": "form_token",
    "disputes": "fees_wanted",
    "repayments": "next_try_at",
    "debts": "next_try_at",
    "plan_subscriptions": "checkout_url look_at",
    "stripe_subscriptions": "item_id asked_at stale_at",
    "stored_objects": "seen_since reread_at explained_at",
}
"""Columns that stay here: secrets, links that open a page, and what only the program needs."""

LEFT_OUT: Final[dict[str, str]] = {
    "account_changes": "of the way to Stripe and back",
    "brand_looks": "a setting",
    "audit_log": "who did what stays with those who may see it",
    "cart_lines": "nothing has been bought yet",
    "carts": "nothing has been bought yet",
    "dispute_evidence": "what was written to a bank about a person",
    "dispute_policies": "a setting",
    "answer_rules": "a setting",
    "answer_limits": "a setting",
    "heartbeats": "of the running program",
    "installation": "names idempotency keys",
    "listing_import_rows": "what sellers have sent, as they sent it",
    "listing_imports": "what sellers have sent, as they sent it",
    "listing_pictures": "pictures are files",
    "mails": "their contexts hold links that sign people in",
    "merchant_rules": "a setting",
    "migrations": "of the running program",
    "oauth_states": "secrets",
    "order_numbers": "of the running program",
    "order_visits": "kept for disputes only",
    "platform_account": "read from Stripe anew",
    "rate_limits": "of the running program",
    "reconciliation_findings": "said again by the next reconciliation",
    "reconciliation_transactions": "said again by the next reconciliation",
    "reconciliations": "said again by the next reconciliation",
    "refund_policies": "a setting",
    "sessions": "secrets",
    "statement_suffixes": "a setting",
    "stored_fetches": "of the running program",
    "stripe_calls": "idempotency keys and parameters",
    "transfer_countries": "the same everywhere",
    "user_tokens": "secrets",
    "webhook_events": "raw bodies; what they say stands in the other tables",
}
"""Tables that stay here, and why."""

SEARCHED: Final[dict[str, tuple[str, ...]]] = {
    "users": ("email", "name"),
    "sellers": ("name", "story"),
    "listings": ("title", "category", "description"),
    "orders": ("email", "customer_name", "shop_name", "tracking_number"),
    "order_lines": ("title",),
    "refunds": ("reason", "message", "failure"),
    "refund_request_steps": ("message",),
    "stored_objects": ("words",),
}
"""What people search for: these columns have a full-text index in the book."""


def of(table: str) -> list[str]:
    """The columns of a table that may leave."""
    return TABLES[table].split()
