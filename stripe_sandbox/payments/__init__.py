"""Payment methods, intents, charges, refunds and disputes."""
