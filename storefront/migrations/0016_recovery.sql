-- A seller is paid back for a refund that failed, or for a dispute that was won.
CREATE TABLE repayments_next (
  id TEXT PRIMARY KEY,
  -- the refund of ours, or the dispute
  subject_id TEXT NOT NULL UNIQUE,
  order_id TEXT NOT NULL REFERENCES orders (id),
  reversed_amount INTEGER NOT NULL CHECK (reversed_amount > fee_amount),
  fee_amount INTEGER NOT NULL CHECK (fee_amount >= 0),
  currency TEXT NOT NULL,
  destination TEXT NOT NULL,
  actor_id TEXT REFERENCES users (id),
  state TEXT NOT NULL CHECK (state IN ('requested', 'short', 'done', 'rejected')),
  failure TEXT NOT NULL DEFAULT '',
  -- how much the platform's balance lacked when it was last looked at
  missing_amount INTEGER NOT NULL DEFAULT 0 CHECK (missing_amount >= 0),
  next_try_at TEXT,
  stripe_transfer_id TEXT UNIQUE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
INSERT INTO repayments_next (id, subject_id, order_id, reversed_amount, fee_amount, currency,
  destination, actor_id, state, failure, missing_amount, next_try_at, stripe_transfer_id,
  created_at, updated_at)
SELECT id, refund_id, order_id, reversed_amount, fee_amount, currency, destination, actor_id, state,
  failure, missing_amount, next_try_at, stripe_transfer_id, created_at, updated_at
FROM repayments;
DROP TABLE repayments;
ALTER TABLE repayments_next RENAME TO repayments;
CREATE INDEX repayments_due ON repayments (next_try_at) WHERE state = 'short';

-- When disputed money is recovered from the seller, and what becomes of our fee. `subject` is empty
-- for the platform's own policy, or a seller's id.
CREATE TABLE dispute_policies (
  subject TEXT PRIMARY KEY,
  recovery TEXT NOT NULL CHECK (recovery IN ('at_once', 'when_lost', 'ask')),
  fee TEXT NOT NULL CHECK (fee IN ('give_up', 'keep')),
  actor_id TEXT NOT NULL REFERENCES users (id),
  updated_at TEXT NOT NULL
) STRICT;

-- What Stripe charges for an answer stands in no event: it is read once a dispute was answered.
ALTER TABLE disputes ADD COLUMN fees_wanted INTEGER NOT NULL DEFAULT 0 CHECK (fees_wanted IN (0, 1));
