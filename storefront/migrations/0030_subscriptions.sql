-- A listing is paid once, or again every month or year.
ALTER TABLE listings ADD COLUMN billing TEXT NOT NULL DEFAULT 'once'
  CHECK (billing IN ('once', 'month', 'year'));

-- Somebody subscribes to a listing: the terms on which every period is paid. How it stands is read
-- from Stripe; the first period is an order with a Checkout Session, each later one an order too.
-- `fee_percent` is in hundredths of a percent.
CREATE TABLE subscriptions (
  id TEXT PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  listing_id TEXT NOT NULL REFERENCES listings (id),
  user_id TEXT REFERENCES users (id),
  title TEXT NOT NULL,
  shop_name TEXT NOT NULL,
  price_amount INTEGER NOT NULL CHECK (price_amount > 0),
  currency TEXT NOT NULL,
  billing TEXT NOT NULL CHECK (billing IN ('month', 'year')),
  fee_percent INTEGER NOT NULL CHECK (fee_percent BETWEEN 0 AND 10000),
  destination TEXT NOT NULL REFERENCES connected_accounts (stripe_account_id),
  stripe_subscription_id TEXT UNIQUE,
  ending TEXT NOT NULL DEFAULT '' CHECK (ending IN ('', 'shopper', 'seller', 'operator', 'leaving')),
  ending_reason TEXT NOT NULL DEFAULT '',
  ending_since TEXT,
  invoices_wanted_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX subscriptions_seller ON subscriptions (seller_id, created_at);
CREATE INDEX subscriptions_user ON subscriptions (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX subscriptions_listing ON subscriptions (listing_id);
CREATE INDEX subscriptions_destination ON subscriptions (destination);
CREATE INDEX subscriptions_wanted ON subscriptions (invoices_wanted_at)
  WHERE invoices_wanted_at IS NOT NULL;

ALTER TABLE orders ADD COLUMN subscription_id TEXT REFERENCES subscriptions (id);
ALTER TABLE orders ADD COLUMN stripe_invoice_id TEXT;
ALTER TABLE orders ADD COLUMN fee_percent INTEGER;
ALTER TABLE orders ADD COLUMN period TEXT NOT NULL DEFAULT '';
CREATE INDEX orders_subscription ON orders (subscription_id) WHERE subscription_id IS NOT NULL;
CREATE UNIQUE INDEX orders_invoice ON orders (stripe_invoice_id) WHERE stripe_invoice_id IS NOT NULL;
