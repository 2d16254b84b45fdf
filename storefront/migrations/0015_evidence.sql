-- What people wrote or uploaded for the answer to a dispute. What is not here is worked out from the
-- order (storefront/evidence/draft.py); an empty value leaves that out.
CREATE TABLE dispute_evidence (
  dispute_id TEXT NOT NULL REFERENCES disputes (id),
  -- a field of Stripe's `evidence`
  name TEXT NOT NULL,
  -- a text, or the id of a file at Stripe
  value TEXT NOT NULL,
  filename TEXT NOT NULL DEFAULT '',
  author TEXT NOT NULL CHECK (author IN ('seller', 'operator')),
  actor_id TEXT NOT NULL REFERENCES users (id),
  updated_at TEXT NOT NULL,
  PRIMARY KEY (dispute_id, name)
) STRICT;
