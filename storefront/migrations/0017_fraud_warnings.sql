-- Early fraud warnings as Stripe tells them: each row follows the facts (fraud_warnings/follow.py).
CREATE TABLE fraud_warnings (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  fraud_type TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('to_do', 'refunded', 'disputed', 'over')),
  warned_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX fraud_warnings_order ON fraud_warnings (order_id, warned_at);
CREATE INDEX fraud_warnings_status ON fraud_warnings (status, warned_at);
CREATE INDEX fraud_warnings_seller ON fraud_warnings (seller_id, warned_at);
