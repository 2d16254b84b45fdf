-- What an operator said of a refund that was made elsewhere, once for each.
CREATE TABLE refund_reviews (
  refund_id TEXT PRIMARY KEY REFERENCES refunds (id),
  actor_id TEXT NOT NULL REFERENCES users (id),
  note TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX refunds_external ON refunds (created_at) WHERE origin = 'external';
