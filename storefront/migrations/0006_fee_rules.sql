-- What the marketplace takes of a sale. A rule is never changed: it ends, and another one begins.
-- `subject` is empty for the platform's own rule, a category's word, or a seller's id.
CREATE TABLE fee_rules (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL CHECK (scope IN ('platform', 'category', 'seller')),
  subject TEXT NOT NULL DEFAULT '',
  millionths INTEGER NOT NULL CHECK (millionths BETWEEN 0 AND 1000000),
  -- each a JSON object: currency to minor units
  fixed TEXT NOT NULL DEFAULT '{}',
  minimum TEXT NOT NULL DEFAULT '{}',
  maximum TEXT NOT NULL DEFAULT '{}',
  starts_at TEXT NOT NULL,
  ends_at TEXT,
  actor_id TEXT REFERENCES users (id),
  created_at TEXT NOT NULL,
  CHECK (ends_at IS NULL OR ends_at >= starts_at),
  CHECK ((scope = 'platform') = (subject = ''))
) STRICT;
CREATE INDEX fee_rules_subject ON fee_rules (scope, subject, starts_at DESC);

-- How the fee of an order came about: a JSON list, frozen at checkout like the fee itself.
ALTER TABLE orders ADD COLUMN fee_basis TEXT NOT NULL DEFAULT '[]';
