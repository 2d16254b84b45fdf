"""Money that comes from banks and goes to them: top-ups and payouts."""
