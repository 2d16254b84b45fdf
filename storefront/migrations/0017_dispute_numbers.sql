-- The dispute rate divides by the paid orders of a month, of all sellers or of one.
CREATE INDEX orders_paid ON orders (paid_at, seller_id);
CREATE INDEX disputes_opened ON disputes (opened_at, seller_id);
