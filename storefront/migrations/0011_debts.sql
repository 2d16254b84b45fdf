-- A refund that the platform pays now and the seller owes.
ALTER TABLE refunds ADD COLUMN owed INTEGER NOT NULL DEFAULT 0
  CHECK (owed IN (0, 1) AND (owed = 0 OR reverse_transfer = 1));

-- What a seller owes the platform for an order. It counts once `stripe_object_id`, the object that
-- caused it, exists. What is settled stands in debt_settlements.
CREATE TABLE debts (
  id TEXT PRIMARY KEY,
  -- what it is for: a refund of ours
  subject_id TEXT NOT NULL UNIQUE,
  order_id TEXT NOT NULL REFERENCES orders (id),
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  destination TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  stripe_object_id TEXT,
  canceled_amount INTEGER NOT NULL DEFAULT 0 CHECK (canceled_amount BETWEEN 0 AND amount),
  next_try_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX debts_order ON debts (order_id);
CREATE INDEX debts_seller ON debts (seller_id, created_at);
CREATE INDEX debts_due ON debts (next_try_at) WHERE next_try_at IS NOT NULL;

-- What is taken back for a debt, by reversing so much of the order's transfer.
CREATE TABLE debt_settlements (
  id TEXT PRIMARY KEY,
  debt_id TEXT NOT NULL REFERENCES debts (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  state TEXT NOT NULL CHECK (state IN ('requested', 'done', 'rejected')),
  failure TEXT NOT NULL DEFAULT '',
  stripe_transfer_reversal_id TEXT UNIQUE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX debt_settlements_debt ON debt_settlements (debt_id, created_at);
