-- What shopper and seller write to each other about an order. `read_at`: when the other one read it.
CREATE TABLE order_messages (
  id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  who TEXT NOT NULL CHECK (who IN ('shopper', 'seller')),
  text TEXT NOT NULL CHECK (text <> ''),
  form_token TEXT NOT NULL UNIQUE,
  sent_at TEXT NOT NULL,
  read_at TEXT
) STRICT;
CREATE INDEX order_messages_order ON order_messages (order_id, sent_at, id);
CREATE INDEX order_messages_unread ON order_messages (seller_id, who, order_id)
  WHERE read_at IS NULL;
