-- From which address an order was placed, and from which its page was opened: evidence in a dispute.
ALTER TABLE orders ADD COLUMN purchase_ip TEXT NOT NULL DEFAULT '';

CREATE TABLE order_visits (
  order_id TEXT NOT NULL REFERENCES orders (id),
  address TEXT NOT NULL,
  visits INTEGER NOT NULL CHECK (visits > 0),
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (order_id, address)
) STRICT;
