-- What sellers can pay the marketplace for the application itself. Price and fee of a plan never
-- change, since sellers pay by them: another price is another plan.
CREATE TABLE plans (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  -- one on each line
  features TEXT NOT NULL DEFAULT '',
  recommended INTEGER NOT NULL DEFAULT 0 CHECK (recommended IN (0, 1)),
  position INTEGER NOT NULL DEFAULT 0,
  price_amount INTEGER NOT NULL CHECK (price_amount > 0),
  currency TEXT NOT NULL,
  interval TEXT NOT NULL CHECK (interval IN ('month', 'year')),
  trial_days INTEGER NOT NULL DEFAULT 0 CHECK (trial_days BETWEEN 0 AND 730),
  millionths INTEGER NOT NULL CHECK (millionths BETWEEN 0 AND 1000000),
  -- each a JSON object: currency to minor units
  fixed TEXT NOT NULL DEFAULT '{}',
  minimum TEXT NOT NULL DEFAULT '{}',
  maximum TEXT NOT NULL DEFAULT '{}',
  stripe_price_id TEXT UNIQUE,
  archived_at TEXT,
  actor_id TEXT REFERENCES users (id),
  created_at TEXT NOT NULL
) STRICT;

-- Sellers as customers of the platform, with the account that their shop had when that was made.
CREATE TABLE plan_customers (
  seller_id TEXT PRIMARY KEY REFERENCES sellers (id),
  stripe_customer_id TEXT UNIQUE,
  stripe_account_id TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL
) STRICT;

-- Each is one Checkout Session for a plan and the subscription that comes of it.
CREATE TABLE plan_subscriptions (
  id TEXT PRIMARY KEY,
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  -- what was chosen at Checkout; what is paid now follows from the subscription's price
  plan_id TEXT NOT NULL REFERENCES plans (id),
  -- extra: paid although another one was; it is ended at once
  state TEXT NOT NULL CHECK (state IN ('open', 'subscribed', 'gone', 'extra')),
  trial_days INTEGER NOT NULL DEFAULT 0,
  stripe_checkout_session_id TEXT UNIQUE,
  checkout_url TEXT,
  stripe_subscription_id TEXT UNIQUE REFERENCES stripe_subscriptions (id),
  -- whether it was told to end because the shop's account left
  ends_by_leaving INTEGER NOT NULL DEFAULT 0 CHECK (ends_by_leaving IN (0, 1)),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  -- when to look at an open session by ourselves
  look_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX plan_subscriptions_open ON plan_subscriptions (seller_id) WHERE state = 'open';
CREATE INDEX plan_subscriptions_of_seller ON plan_subscriptions (seller_id, created_at);
