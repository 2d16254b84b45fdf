"""Who pays: customers, and what they have saved to pay with."""
