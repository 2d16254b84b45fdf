-- Amounts are integers in the currency's minor unit, beside a lower-case ISO currency.
-- Moments (*_at) are ISO 8601 UTC text of fixed width. Booleans are 0 and 1.
-- Ids are ULIDs; Stripe's ids (stripe_*_id) are opaque text of up to 255 characters.

CREATE TABLE installation (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE heartbeats (
  name TEXT PRIMARY KEY,
  beaten_at TEXT NOT NULL
) STRICT;

-- users -------------------------------------------------------------------------------

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  email_verified_at TEXT,
  is_operator INTEGER NOT NULL DEFAULT 0 CHECK (is_operator IN (0, 1)),
  session_version INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE user_tokens (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('verify', 'reset')),
  expires_at TEXT NOT NULL,
  used_at TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY,
  user_id TEXT REFERENCES users (id),
  data TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE rate_limits (
  bucket TEXT NOT NULL,
  window_start TEXT NOT NULL,
  hits INTEGER NOT NULL,
  PRIMARY KEY (bucket, window_start)
) STRICT;

-- sellers -----------------------------------------------------------------------------

CREATE TABLE sellers (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (id),
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  story TEXT NOT NULL DEFAULT '',
  primary_color TEXT NOT NULL,
  secondary_color TEXT NOT NULL,
  logo_key TEXT,
  stripe_logo_id TEXT,
  refund_policy TEXT NOT NULL DEFAULT '',
  currency TEXT NOT NULL CHECK (currency = lower(currency) AND length(currency) = 3),
  shipping_countries TEXT NOT NULL DEFAULT '',
  shipping_amount INTEGER NOT NULL DEFAULT 0 CHECK (shipping_amount >= 0),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE connected_accounts (
  stripe_account_id TEXT PRIMARY KEY,
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  connected INTEGER NOT NULL CHECK (connected IN (0, 1)),
  charges_enabled INTEGER NOT NULL DEFAULT 0 CHECK (charges_enabled IN (0, 1)),
  payouts_enabled INTEGER NOT NULL DEFAULT 0 CHECK (payouts_enabled IN (0, 1)),
  details_submitted INTEGER NOT NULL DEFAULT 0 CHECK (details_submitted IN (0, 1)),
  transfers_capability TEXT NOT NULL DEFAULT 'inactive',
  card_payments_capability TEXT NOT NULL DEFAULT 'inactive',
  requirements TEXT NOT NULL DEFAULT '{}',
  display_name TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '',
  default_currency TEXT NOT NULL DEFAULT '',
  read_at TEXT NOT NULL,
  -- since when something newer than read_at may be known at Stripe; the future: try again then
  stale_at TEXT,
  connected_at TEXT NOT NULL,
  disconnected_at TEXT
) STRICT;
CREATE UNIQUE INDEX connected_accounts_of_seller
  ON connected_accounts (seller_id) WHERE connected = 1;

CREATE TABLE oauth_states (
  state_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  session_hash TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT,
  code_hash TEXT UNIQUE,
  created_at TEXT NOT NULL
) STRICT;

-- catalog -----------------------------------------------------------------------------

CREATE TABLE listings (
  -- SQLite's full-text index points at this row number; VACUUM would change an implicit one.
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  slug TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  category TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  price_amount INTEGER NOT NULL CHECK (price_amount > 0),
  currency TEXT NOT NULL,
  stock INTEGER CHECK (stock >= 0),
  requires_shipping INTEGER NOT NULL CHECK (requires_shipping IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'paused')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  published_at TEXT
) STRICT;
CREATE INDEX listings_newest ON listings (state, published_at DESC, id);
CREATE INDEX listings_category ON listings (category, state, published_at DESC);
CREATE INDEX listings_price ON listings (state, currency, price_amount, id);
CREATE INDEX listings_seller ON listings (seller_id, state, published_at DESC, id);

CREATE TABLE listing_pictures (
  id TEXT PRIMARY KEY,
  listing_id TEXT NOT NULL REFERENCES listings (id),
  position INTEGER NOT NULL,
  media_key TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  description TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX listing_pictures_listing ON listing_pictures (listing_id, position);

CREATE TABLE carts (
  id TEXT PRIMARY KEY,
  user_id TEXT UNIQUE REFERENCES users (id),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE cart_lines (
  cart_id TEXT NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
  listing_id TEXT NOT NULL REFERENCES listings (id),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99),
  -- the price when it was put in, so that the cart can say that it has changed
  seen_amount INTEGER NOT NULL,
  added_at TEXT NOT NULL,
  PRIMARY KEY (cart_id, listing_id)
) STRICT;

-- orders ------------------------------------------------------------------------------

CREATE TABLE order_numbers (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO order_numbers (id, last) VALUES (1, 1000);

CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  token TEXT NOT NULL UNIQUE,
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  user_id TEXT REFERENCES users (id),
  cart_id TEXT,
  fingerprint TEXT NOT NULL,
  -- frozen at checkout, never changed afterwards
  currency TEXT NOT NULL,
  items_amount INTEGER NOT NULL CHECK (items_amount > 0),
  shipping_amount INTEGER NOT NULL CHECK (shipping_amount >= 0),
  total_amount INTEGER NOT NULL CHECK (total_amount = items_amount + shipping_amount),
  application_fee_amount INTEGER NOT NULL
    CHECK (application_fee_amount BETWEEN 0 AND total_amount),
  destination TEXT NOT NULL REFERENCES connected_accounts (stripe_account_id),
  shop_name TEXT NOT NULL,
  refund_policy TEXT NOT NULL,
  requires_shipping INTEGER NOT NULL CHECK (requires_shipping IN (0, 1)),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  -- projected from what Stripe reports (orders/projection.py)
  status TEXT NOT NULL DEFAULT 'awaiting_payment' CHECK (status IN (
    'awaiting_payment', 'processing', 'paid', 'failed', 'expired', 'canceled', 'quarantined')),
  problem TEXT NOT NULL DEFAULT '',
  stripe_checkout_session_id TEXT UNIQUE,
  checkout_url TEXT,
  stripe_payment_intent_id TEXT,
  stripe_charge_id TEXT,
  stripe_transfer_id TEXT,
  stripe_application_fee_id TEXT,
  stripe_fee_amount INTEGER,
  stripe_fee_currency TEXT,
  email TEXT,
  customer_name TEXT,
  shipping_address TEXT,
  paid_at TEXT,
  disputed INTEGER NOT NULL DEFAULT 0 CHECK (disputed IN (0, 1)),
  refunded_amount INTEGER NOT NULL DEFAULT 0,
  fee_refunded_amount INTEGER NOT NULL DEFAULT 0,
  facts_wanted_at TEXT,
  asked_at TEXT,
  -- what we did about it
  refund_committed INTEGER NOT NULL DEFAULT 0 CHECK (refund_committed >= 0),
  stock_held INTEGER NOT NULL DEFAULT 0 CHECK (stock_held IN (0, 1)),
  cart_taken INTEGER NOT NULL DEFAULT 0 CHECK (cart_taken IN (0, 1)),
  shipped_at TEXT,
  carrier TEXT NOT NULL DEFAULT '',
  tracking_number TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX orders_seller ON orders (seller_id, created_at DESC);
CREATE INDEX orders_user ON orders (user_id, created_at DESC);
CREATE INDEX orders_email ON orders (email, created_at DESC);
CREATE INDEX orders_cart ON orders (cart_id, seller_id, status);
CREATE INDEX orders_status ON orders (status, created_at DESC);
CREATE INDEX orders_payment_intent ON orders (stripe_payment_intent_id);
CREATE INDEX orders_charge ON orders (stripe_charge_id);
CREATE INDEX orders_facts_wanted ON orders (facts_wanted_at) WHERE facts_wanted_at IS NOT NULL;

CREATE TABLE order_lines (
  order_id TEXT NOT NULL REFERENCES orders (id),
  position INTEGER NOT NULL,
  listing_id TEXT NOT NULL REFERENCES listings (id),
  title TEXT NOT NULL,
  unit_amount INTEGER NOT NULL CHECK (unit_amount > 0),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  picture_key TEXT,
  PRIMARY KEY (order_id, position)
) STRICT;
CREATE INDEX order_lines_listing ON order_lines (listing_id);

CREATE TABLE refunds (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  reverse_transfer INTEGER NOT NULL CHECK (reverse_transfer IN (0, 1)),
  return_fee INTEGER NOT NULL CHECK (return_fee IN (0, 1)),
  fee_amount INTEGER NOT NULL DEFAULT 0 CHECK (fee_amount >= 0),
  reason TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '',
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'automatic', 'external')),
  actor_id TEXT REFERENCES users (id),
  form_token TEXT UNIQUE,
  state TEXT NOT NULL CHECK (state IN (
    'requested', 'rejected', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
  failure TEXT NOT NULL DEFAULT '',
  stripe_refund_id TEXT UNIQUE,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK (return_fee = 0 OR reverse_transfer = 1),
  CHECK (fee_amount = 0 OR return_fee = 1)
) STRICT;
CREATE INDEX refunds_order ON refunds (order_id, created_at);
CREATE INDEX refunds_state ON refunds (state, created_at DESC);

CREATE TABLE audit_log (
  id TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  actor_id TEXT REFERENCES users (id),
  action TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_subject ON audit_log (subject_id, at);

-- Stripe ------------------------------------------------------------------------------

CREATE TABLE stripe_calls (
  id TEXT PRIMARY KEY,
  operation TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  target TEXT NOT NULL DEFAULT '',
  parameters TEXT NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE,
  generation INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL CHECK (state IN (
    'prepared', 'sent', 'unknown', 'confirmed', 'rejected', 'abandoned')),
  attempts INTEGER NOT NULL DEFAULT 0,
  first_sent_at TEXT,
  next_try_at TEXT NOT NULL,
  lease_until TEXT,
  stripe_object_id TEXT,
  stripe_request_id TEXT,
  error_code TEXT NOT NULL DEFAULT '',
  error_message TEXT NOT NULL DEFAULT '',
  actor_id TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (operation, subject_id, generation)
) STRICT;
CREATE INDEX stripe_calls_due ON stripe_calls (next_try_at)
  WHERE state IN ('prepared', 'sent', 'unknown');
CREATE INDEX stripe_calls_subject ON stripe_calls (subject_id);
CREATE INDEX stripe_calls_state ON stripe_calls (state, created_at DESC);

-- What Stripe has told us about each of its objects, merged so that order does not matter.
CREATE TABLE stripe_objects (
  id TEXT PRIMARY KEY,
  object TEXT NOT NULL,
  parent_id TEXT,
  facts TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX stripe_objects_parent ON stripe_objects (parent_id);

CREATE TABLE webhook_events (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL CHECK (scope IN ('platform', 'connect')),
  account TEXT NOT NULL DEFAULT '',
  stripe_event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  object_id TEXT NOT NULL DEFAULT '',
  livemode INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  stripe_created INTEGER NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'done', 'ignored', 'parked', 'failed', 'dead')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at TEXT,
  error TEXT NOT NULL DEFAULT '',
  received_at TEXT NOT NULL,
  handled_at TEXT,
  UNIQUE (scope, account, stripe_event_id)
) STRICT;
CREATE INDEX webhook_events_due ON webhook_events (next_try_at)
  WHERE state IN ('received', 'failed', 'parked');
CREATE INDEX webhook_events_state ON webhook_events (state, received_at DESC);
CREATE INDEX webhook_events_object ON webhook_events (object_id);

CREATE TABLE ledger (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  kind TEXT NOT NULL,
  debit_account TEXT NOT NULL
    CHECK (debit_account IN ('shopper', 'platform', 'seller', 'stripe_fees', 'dispute')),
  credit_account TEXT NOT NULL
    CHECK (credit_account IN ('shopper', 'platform', 'seller', 'stripe_fees', 'dispute')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  stripe_object_id TEXT NOT NULL,
  booked_at TEXT NOT NULL,
  UNIQUE (stripe_object_id, kind),
  CHECK (debit_account <> credit_account)
) STRICT;
CREATE INDEX ledger_order ON ledger (order_id, id);

-- mail --------------------------------------------------------------------------------

CREATE TABLE mails (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  order_id TEXT REFERENCES orders (id),
  recipient TEXT NOT NULL DEFAULT '',
  context TEXT NOT NULL DEFAULT '{}',
  state TEXT NOT NULL CHECK (state IN ('due', 'sent', 'overtaken', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at TEXT NOT NULL,
  error TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  sent_at TEXT,
  UNIQUE (kind, subject_id)
) STRICT;
CREATE INDEX mails_due ON mails (next_try_at) WHERE state = 'due';
