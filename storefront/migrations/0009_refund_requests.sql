-- What shoppers ask back of an order, and what became of it. `refund_id` is the newest refund that
-- was tried for it.
CREATE TABLE refund_requests (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  includes_shipping INTEGER NOT NULL CHECK (includes_shipping IN (0, 1)),
  reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN (
    'open', 'passed_on', 'escalated', 'accepted', 'declined', 'withdrawn', 'settled')),
  refund_id TEXT REFERENCES refunds (id),
  form_token TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX refund_requests_open ON refund_requests (order_id)
  WHERE state IN ('open', 'passed_on', 'escalated');
CREATE INDEX refund_requests_order ON refund_requests (order_id, created_at DESC);

-- Which lines of the order it is about, and how many of each; none if it names an amount.
CREATE TABLE refund_request_lines (
  request_id TEXT NOT NULL REFERENCES refund_requests (id),
  position INTEGER NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (request_id, position)
) STRICT;

-- Who said and did what about it, in the order in which it happened.
CREATE TABLE refund_request_steps (
  id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL REFERENCES refund_requests (id),
  who TEXT NOT NULL CHECK (who IN ('shopper', 'seller', 'operator', 'storefront')),
  kind TEXT NOT NULL CHECK (kind IN (
    'asked', 'answered', 'accepted', 'not_refunded', 'declined', 'passed_on', 'escalated',
    'withdrawn', 'settled')),
  message TEXT NOT NULL DEFAULT '',
  at TEXT NOT NULL
) STRICT;
CREATE INDEX refund_request_steps_request ON refund_request_steps (request_id, at);
