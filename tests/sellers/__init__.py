"""Tests of shops and of their way to Stripe."""
