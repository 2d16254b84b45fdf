-- Disputes as Stripe tells them: each row follows the facts (storefront/disputes/follow.py).
CREATE TABLE disputes (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  -- what the bank holds of it now, and what Stripe has charged for it so far
  withdrawn_amount INTEGER NOT NULL,
  fee_amount INTEGER NOT NULL,
  submission_count INTEGER NOT NULL,
  due_by TEXT,
  opened_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX disputes_order ON disputes (order_id, opened_at);
CREATE INDEX disputes_status ON disputes (status, due_by);
CREATE INDEX disputes_seller ON disputes (seller_id, opened_at);
