-- What a seller gets back after a refund that failed: what had been pulled back, less the fee that
-- had been returned. Each refund is made good once.
CREATE TABLE repayments (
  id TEXT PRIMARY KEY,
  refund_id TEXT NOT NULL UNIQUE REFERENCES refunds (id),
  order_id TEXT NOT NULL REFERENCES orders (id),
  reversed_amount INTEGER NOT NULL CHECK (reversed_amount > fee_amount),
  fee_amount INTEGER NOT NULL CHECK (fee_amount >= 0),
  currency TEXT NOT NULL,
  destination TEXT NOT NULL,
  actor_id TEXT REFERENCES users (id),
  state TEXT NOT NULL CHECK (state IN ('requested', 'short', 'done', 'rejected')),
  failure TEXT NOT NULL DEFAULT '',
  -- how much the platform's balance lacked when it was last looked at
  missing_amount INTEGER NOT NULL DEFAULT 0 CHECK (missing_amount >= 0),
  next_try_at TEXT,
  stripe_transfer_id TEXT UNIQUE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX repayments_due ON repayments (next_try_at) WHERE state = 'short';

ALTER TABLE refund_policies ADD COLUMN on_failure TEXT NOT NULL DEFAULT 'ask'
  CHECK (on_failure IN ('ask', 'pay_back'));
