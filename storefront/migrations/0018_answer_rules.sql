-- What is done about a dispute by itself. `subject` is empty for the platform's own rule, or a
-- seller's id.
CREATE TABLE answer_rules (
  subject TEXT PRIMARY KEY,
  -- whether the evidence goes out a day before the deadline
  submits INTEGER NOT NULL CHECK (submits IN (0, 1)),
  actor_id TEXT NOT NULL REFERENCES users (id),
  updated_at TEXT NOT NULL
) STRICT;

-- Up to which amount disputes are accepted; never in a currency that is not here.
CREATE TABLE answer_limits (
  subject TEXT NOT NULL REFERENCES answer_rules (subject),
  currency TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  PRIMARY KEY (subject, currency)
) STRICT;
