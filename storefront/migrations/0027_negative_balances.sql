-- Whether Stripe may debit the account's bank when its balance is negative; unknown before it was read.
ALTER TABLE connected_accounts ADD COLUMN debits_negative_balances INTEGER
  CHECK (debits_negative_balances IN (0, 1));
