-- A shop's orders, the newest first. What their list counts stands in the index; a name could be
-- too long for one here, and PostgreSQL reads rows fast enough.
DROP INDEX orders_seller;
CREATE INDEX orders_seller ON orders (seller_id, id, status, requires_shipping, shipped_at,
  refunded_amount, total_amount, created_at);
