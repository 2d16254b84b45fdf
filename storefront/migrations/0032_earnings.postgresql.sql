-- Whose sale moved the money, so that a shop's part of the ledger is read without its orders.
ALTER TABLE ledger DISABLE TRIGGER ledger_append_only;
ALTER TABLE ledger ADD COLUMN seller_id TEXT REFERENCES sellers (id);
UPDATE ledger SET seller_id = (SELECT seller_id FROM orders WHERE orders.id = ledger.order_id);
ALTER TABLE ledger ENABLE TRIGGER ledger_append_only;
CREATE INDEX ledger_seller ON ledger (seller_id, id);
CREATE INDEX ledger_seller_sums ON ledger (seller_id, currency, booked_at, kind, credit_account,
  debit_account, amount);
CREATE INDEX orders_seller_paid ON orders (seller_id, paid_at, status, currency, total_amount);

-- What a balance transaction leaves after its fees; the object of the platform's from which it came
-- (a transfer, a reversal), or its own source; and when the money of it, or of a payout, is there.
ALTER TABLE stored_objects ADD COLUMN net_amount INTEGER;
ALTER TABLE stored_objects ADD COLUMN origin_id TEXT;
ALTER TABLE stored_objects ADD COLUMN available_at TEXT;
CREATE INDEX stored_objects_origin ON stored_objects (stripe_account_id, origin_id);
-- Fetch again what lacks them.
UPDATE stored_objects SET explained_at = NULL WHERE kind = 'payouts';
UPDATE stored_fetches SET complete_until = NULL WHERE kind IN ('balance_transactions', 'payouts');

-- How often Stripe pays out, empty before the account was read again.
ALTER TABLE connected_accounts ADD COLUMN payout_interval TEXT NOT NULL DEFAULT '';
