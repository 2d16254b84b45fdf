-- Two more accounts: what sellers owe, and what is owed to the platform.
CREATE TABLE ledger_next (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  kind TEXT NOT NULL,
  debit_account TEXT NOT NULL CHECK (debit_account IN (
    'shopper', 'platform', 'seller', 'stripe_fees', 'dispute', 'seller_debt', 'platform_claim')),
  credit_account TEXT NOT NULL CHECK (credit_account IN (
    'shopper', 'platform', 'seller', 'stripe_fees', 'dispute', 'seller_debt', 'platform_claim')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  stripe_object_id TEXT NOT NULL,
  booked_at TEXT NOT NULL,
  UNIQUE (stripe_object_id, kind),
  CHECK (debit_account <> credit_account)
) STRICT;
INSERT INTO ledger_next (id, order_id, kind, debit_account, credit_account, amount, currency,
  stripe_object_id, booked_at)
SELECT id, order_id, kind, debit_account, credit_account, amount, currency, stripe_object_id,
  booked_at FROM ledger;
DROP TABLE ledger;
ALTER TABLE ledger_next RENAME TO ledger;
CREATE INDEX ledger_order ON ledger (order_id, id);
CREATE TRIGGER ledger_update BEFORE UPDATE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_delete BEFORE DELETE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
