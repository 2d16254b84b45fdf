"""Hosted pages: consent, Checkout, control room."""
