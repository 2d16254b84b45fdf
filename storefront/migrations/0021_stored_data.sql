-- Copies of what connected accounts have at Stripe, for analysis. Nothing that moves money reads them.
CREATE TABLE stored_objects (
  stripe_account_id TEXT NOT NULL REFERENCES connected_accounts (stripe_account_id),
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- the payout that a balance transaction was paid out with
  parent_id TEXT,
  created_at TEXT NOT NULL,
  amount INTEGER,
  currency TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT '',
  -- what people search for, in lower case
  words TEXT NOT NULL,
  body TEXT NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  -- Stripe's Unix time, between which two moments the object looked so
  seen_since INTEGER NOT NULL,
  seen_until INTEGER NOT NULL,
  -- when to ask Stripe, since two copies could not be put in order
  reread_at TEXT,
  -- since when the balance transactions of a payout are here as well
  explained_at TEXT,
  PRIMARY KEY (stripe_account_id, id),
  CHECK (seen_since <= seen_until)
) STRICT;
CREATE INDEX stored_objects_newest
  ON stored_objects (stripe_account_id, kind, created_at DESC, id DESC);
CREATE INDEX stored_objects_parent ON stored_objects (stripe_account_id, parent_id);
CREATE INDEX stored_objects_reread ON stored_objects (reread_at) WHERE reread_at IS NOT NULL;
CREATE INDEX stored_objects_unexplained ON stored_objects (stripe_account_id)
  WHERE kind = 'payouts' AND explained_at IS NULL;

-- How far the fetching of each kind has come. Times without _at are Unix times.
CREATE TABLE stored_fetches (
  stripe_account_id TEXT NOT NULL REFERENCES connected_accounts (stripe_account_id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('walking', 'finished', 'stopped')),
  -- the oldest moment that the walk looks at; NULL: everything
  since INTEGER,
  stripe_cursor TEXT,
  seen INTEGER NOT NULL DEFAULT 0,
  -- everything made before this moment has been looked at
  complete_until INTEGER,
  problem TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at TEXT NOT NULL,
  lease_until TEXT,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  PRIMARY KEY (stripe_account_id, kind)
) STRICT;
CREATE INDEX stored_fetches_due ON stored_fetches (next_try_at) WHERE state = 'walking';
