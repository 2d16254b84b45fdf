-- Each comparison of our books with Stripe's. `since` is the oldest moment looked at; NULL: all.
CREATE TABLE reconciliations (
  id TEXT PRIMARY KEY,
  origin TEXT NOT NULL CHECK (origin IN ('nightly', 'operator', 'command')),
  actor_id TEXT REFERENCES users (id),
  since TEXT,
  state TEXT NOT NULL CHECK (state IN ('running', 'finished')),
  -- where the walk through Stripe's objects stands, so that it can go on there
  stage TEXT NOT NULL,
  stripe_cursor TEXT,
  checked TEXT NOT NULL DEFAULT '{}',
  totals TEXT NOT NULL DEFAULT '[]',
  differences INTEGER NOT NULL DEFAULT 0,
  repaired INTEGER NOT NULL DEFAULT 0,
  problem TEXT NOT NULL DEFAULT '',
  lease_until TEXT,
  started_at TEXT NOT NULL,
  finished_at TEXT
) STRICT;
CREATE UNIQUE INDEX reconciliations_running ON reconciliations (state) WHERE state = 'running';
CREATE INDEX reconciliations_newest ON reconciliations (started_at DESC);

-- Stripe's balance transactions, as long as they are being compared.
CREATE TABLE reconciliation_transactions (
  reconciliation_id TEXT NOT NULL REFERENCES reconciliations (id),
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  type TEXT NOT NULL,
  net INTEGER NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (reconciliation_id, id)
) STRICT;
CREATE INDEX reconciliation_transactions_source
  ON reconciliation_transactions (reconciliation_id, source);

-- What a comparison has found: rows that differ, and orders that were repaired.
CREATE TABLE reconciliation_findings (
  reconciliation_id TEXT NOT NULL REFERENCES reconciliations (id),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  order_id TEXT REFERENCES orders (id),
  ours INTEGER,
  stripes INTEGER,
  currency TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (reconciliation_id, kind, subject)
) STRICT;
