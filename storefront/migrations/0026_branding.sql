-- How a shop looks at Checkout, besides its colours and its logo.
CREATE TABLE brand_looks (
  seller_id TEXT PRIMARY KEY REFERENCES sellers (id),
  -- empty: the shop's name
  display_name TEXT NOT NULL DEFAULT '',
  font TEXT NOT NULL DEFAULT 'default',
  border_style TEXT NOT NULL DEFAULT 'rounded'
    CHECK (border_style IN ('rounded', 'pill', 'rectangular')),
  icon_key TEXT,
  stripe_icon_id TEXT,
  updated_at TEXT NOT NULL
) STRICT;
