"""What is paid again and again: subscriptions, their invoices, the billing portal."""
