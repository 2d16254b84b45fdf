-- Two more accounts: what sellers owe, and what is owed to the platform.
ALTER TABLE ledger
  DROP CONSTRAINT ledger_debit_account_check,
  DROP CONSTRAINT ledger_credit_account_check,
  ADD CONSTRAINT ledger_debit_account_check CHECK (debit_account IN (
    'shopper', 'platform', 'seller', 'stripe_fees', 'dispute', 'seller_debt', 'platform_claim')),
  ADD CONSTRAINT ledger_credit_account_check CHECK (credit_account IN (
    'shopper', 'platform', 'seller', 'stripe_fees', 'dispute', 'seller_debt', 'platform_claim'));
