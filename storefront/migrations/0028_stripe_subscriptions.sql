-- Subscriptions at Stripe that sessions of ours have made, as Stripe said at asked_at.
CREATE TABLE stripe_subscriptions (
  id TEXT PRIMARY KEY,
  -- empty before the first read
  status TEXT NOT NULL DEFAULT '' CHECK (status IN ('', 'incomplete', 'incomplete_expired',
    'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused')),
  stripe_customer_id TEXT NOT NULL DEFAULT '',
  -- of its first item
  item_id TEXT NOT NULL DEFAULT '',
  price_id TEXT NOT NULL DEFAULT '',
  unit_amount INTEGER NOT NULL DEFAULT 0,
  quantity INTEGER NOT NULL DEFAULT 0,
  currency TEXT NOT NULL DEFAULT '',
  interval TEXT NOT NULL DEFAULT '',
  interval_count INTEGER NOT NULL DEFAULT 1,
  current_period_start TEXT,
  current_period_end TEXT,
  trial_end TEXT,
  cancel_at_period_end INTEGER NOT NULL DEFAULT 0 CHECK (cancel_at_period_end IN (0, 1)),
  cancel_at TEXT,
  canceled_at TEXT,
  ended_at TEXT,
  cancellation_reason TEXT NOT NULL DEFAULT '',
  latest_invoice_id TEXT NOT NULL DEFAULT '',
  latest_invoice_status TEXT NOT NULL DEFAULT '',
  next_payment_attempt TEXT,
  -- when the question was asked to which this is the answer; empty before the first one
  asked_at TEXT NOT NULL DEFAULT '',
  -- when to ask again: the past after an event, the future after an answer or a failure
  stale_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX stripe_subscriptions_to_read ON stripe_subscriptions (stale_at)
  WHERE stale_at IS NOT NULL;
