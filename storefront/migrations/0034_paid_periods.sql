-- What the latest invoice of the subscription's own has taken, in minor units: what is paid for the
-- current period, whatever the price is by now.
ALTER TABLE stripe_subscriptions ADD COLUMN latest_invoice_paid INTEGER NOT NULL DEFAULT 0;
