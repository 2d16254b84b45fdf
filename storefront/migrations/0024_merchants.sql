-- Who is the merchant of record: the platform, or the seller (`on_behalf_of`). `subject` is empty
-- for the platform's own rule, or a seller's id.
CREATE TABLE merchant_rules (
  subject TEXT PRIMARY KEY,
  merchant TEXT NOT NULL CHECK (merchant IN ('platform', 'seller')),
  actor_id TEXT NOT NULL REFERENCES users (id),
  updated_at TEXT NOT NULL
) STRICT;

-- What stands after the prefix on a shopper's statement, where a shop has said something.
CREATE TABLE statement_suffixes (
  seller_id TEXT PRIMARY KEY REFERENCES sellers (id),
  suffix TEXT NOT NULL
) STRICT;

-- The platform's own account, as Stripe told it last.
CREATE TABLE platform_account (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  country TEXT NOT NULL,
  statement_prefix TEXT NOT NULL,
  read_at TEXT NOT NULL
) STRICT;

-- Between these Stripe transfers across a border without on_behalf_of
-- (https://docs.stripe.com/connect/account-capabilities#transfers-cross-border): the United States,
-- Canada, the United Kingdom, Switzerland, and the European Economic Area.
CREATE TABLE transfer_countries (country TEXT PRIMARY KEY) STRICT;
INSERT INTO transfer_countries (country) VALUES
  ('US'), ('CA'), ('GB'), ('CH'),
  ('AT'), ('BE'), ('BG'), ('HR'), ('CY'), ('CZ'), ('DK'), ('EE'), ('FI'), ('FR'), ('DE'), ('GR'),
  ('HU'), ('IE'), ('IT'), ('LV'), ('LT'), ('LU'), ('MT'), ('NL'), ('PL'), ('PT'), ('RO'), ('SK'),
  ('SI'), ('ES'), ('SE'), ('IS'), ('LI'), ('NO');

ALTER TABLE connected_accounts ADD COLUMN statement_prefix TEXT NOT NULL DEFAULT '';

-- On whose behalf an order was charged, and whether across a border: frozen at checkout.
ALTER TABLE orders ADD COLUMN on_behalf_of INTEGER NOT NULL DEFAULT 0 CHECK (on_behalf_of IN (0, 1));
ALTER TABLE orders ADD COLUMN cross_border INTEGER NOT NULL DEFAULT 0 CHECK (cross_border IN (0, 1));

-- On what terms each account can be paid at this moment; `payable`: whether at all.
CREATE VIEW account_terms AS
SELECT stripe_account_id, seller_id, on_behalf_of, cross_border,
  CASE WHEN connected = 1 AND transfers_capability = 'active'
    AND (cross_border = 0 OR on_behalf_of = 1 OR transferable = 1) THEN 1 ELSE 0 END AS payable
FROM (
  SELECT a.stripe_account_id, a.seller_id, a.connected, a.transfers_capability,
    CASE WHEN a.card_payments_capability = 'active'
      AND COALESCE(own.merchant, general.merchant) = 'seller' THEN 1 ELSE 0 END AS on_behalf_of,
    CASE WHEN p.country <> '' AND a.country <> '' AND p.country <> a.country
      THEN 1 ELSE 0 END AS cross_border,
    CASE WHEN p.country IN (SELECT country FROM transfer_countries)
      AND a.country IN (SELECT country FROM transfer_countries) THEN 1 ELSE 0 END AS transferable
  FROM connected_accounts a
  LEFT JOIN platform_account p ON p.only_one = 1
  LEFT JOIN merchant_rules own ON own.subject = a.seller_id
  LEFT JOIN merchant_rules general ON general.subject = ''
) AS terms;
