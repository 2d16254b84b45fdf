-- Refunds of lines, refunds that wait for a second operator, and refunds that sellers accept.
CREATE TABLE refunds_next (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  reverse_transfer INTEGER NOT NULL CHECK (reverse_transfer IN (0, 1)),
  return_fee INTEGER NOT NULL CHECK (return_fee IN (0, 1)),
  fee_amount INTEGER NOT NULL DEFAULT 0 CHECK (fee_amount >= 0),
  includes_shipping INTEGER NOT NULL DEFAULT 0 CHECK (includes_shipping IN (0, 1)),
  reason TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '',
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'seller', 'automatic', 'external')),
  actor_id TEXT REFERENCES users (id),
  form_token TEXT UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('needs_approval', 'requested', 'rejected', 'pending',
    'requires_action', 'succeeded', 'failed', 'canceled')),
  failure TEXT NOT NULL DEFAULT '',
  stripe_refund_id TEXT UNIQUE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK (return_fee = 0 OR reverse_transfer = 1),
  CHECK (fee_amount = 0 OR return_fee = 1)
) STRICT;
INSERT INTO refunds_next (id, order_id, amount, currency, reverse_transfer, return_fee, fee_amount,
  reason, message, origin, actor_id, form_token, state, failure, stripe_refund_id, created_at,
  updated_at)
SELECT id, order_id, amount, currency, reverse_transfer, return_fee, fee_amount, reason, message,
  origin, actor_id, form_token, state, failure, stripe_refund_id, created_at, updated_at
FROM refunds;
DROP TABLE refunds;
ALTER TABLE refunds_next RENAME TO refunds;
CREATE INDEX refunds_order ON refunds (order_id, created_at);
CREATE INDEX refunds_state ON refunds (state, created_at DESC);
CREATE INDEX refunds_actor ON refunds (actor_id, created_at);

-- Which pieces a refund is for. A refund of an amount has none.
CREATE TABLE refund_lines (
  refund_id TEXT NOT NULL REFERENCES refunds (id),
  position INTEGER NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  restock INTEGER NOT NULL CHECK (restock IN (0, 1)),
  PRIMARY KEY (refund_id, position)
) STRICT;

-- How refunds are shared unless the operator says otherwise. `subject` is empty for the
-- platform's own policy, or a seller's id.
CREATE TABLE refund_policies (
  subject TEXT PRIMARY KEY,
  share TEXT NOT NULL CHECK (share IN ('return_fee', 'keep_fee', 'platform')),
  actor_id TEXT REFERENCES users (id),
  updated_at TEXT NOT NULL
) STRICT;

-- Fees that go back without a refund.
CREATE TABLE fee_returns (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  note TEXT NOT NULL,
  actor_id TEXT NOT NULL REFERENCES users (id),
  form_token TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('requested', 'rejected', 'succeeded')),
  failure TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX fee_returns_order ON fee_returns (order_id, created_at);
