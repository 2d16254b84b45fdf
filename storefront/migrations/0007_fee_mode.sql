-- How the fee of an order stays with the platform, frozen at checkout like the fee itself: Stripe
-- takes it back as an Application Fee, or the transfer is smaller by so much.
ALTER TABLE orders ADD COLUMN fee_mode TEXT NOT NULL DEFAULT 'application_fee'
  CHECK (fee_mode IN ('application_fee', 'transfer_amount'));
