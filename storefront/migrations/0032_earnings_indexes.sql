-- What the pages about earnings read of the ledger and of each balance transaction, and no more.
DROP INDEX ledger_seller_sums;
CREATE INDEX ledger_seller_cash ON ledger (seller_id, currency, booked_at, credit_account, amount)
  WHERE 'seller' IN (credit_account, debit_account);
CREATE INDEX ledger_seller_debt ON ledger (seller_id, currency, booked_at)
  WHERE 'seller_debt' IN (credit_account, debit_account);
CREATE INDEX ledger_object ON ledger (stripe_object_id, kind, currency);
CREATE INDEX stored_objects_placed ON stored_objects (stripe_account_id, kind, deleted, status,
  parent_id, currency, net_amount, origin_id, available_at, amount)
  WHERE kind = 'balance_transactions';
