"""Subscriptions to listings: begun at Checkout, renewed by Stripe, ended by either side."""
