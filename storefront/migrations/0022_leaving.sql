-- An account leaves: its shop's listings are paused, and only these come back with it.
ALTER TABLE listings ADD COLUMN paused_by_leaving INTEGER NOT NULL DEFAULT 0
  CHECK (paused_by_leaving IN (0, 1));
CREATE INDEX listings_paused_by_leaving ON listings (seller_id) WHERE paused_by_leaving = 1;

-- An event said that the account has left, but it may be older than the connection: Stripe is asked.
ALTER TABLE connected_accounts ADD COLUMN doubted_at TEXT;

-- A seller has agreed to be paid into another account than `from_account`.
CREATE TABLE account_changes (
  seller_id TEXT PRIMARY KEY REFERENCES sellers (id),
  from_account TEXT NOT NULL,
  agreed_at TEXT NOT NULL
) STRICT;

-- The seller has had the shop's data deleted; the row stays for the orders that name it.
ALTER TABLE sellers ADD COLUMN closed_at TEXT;
