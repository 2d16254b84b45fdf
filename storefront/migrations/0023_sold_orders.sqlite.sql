-- A shop's orders, the newest first. What their list counts and searches stands in the index, so
-- that a search of all of them reads no row.
DROP INDEX orders_seller;
CREATE INDEX orders_seller ON orders (seller_id, id, status, requires_shipping, shipped_at,
  refunded_amount, total_amount, created_at, number, customer_name, email, tracking_number);
