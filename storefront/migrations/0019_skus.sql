-- The seller's own number of an article; empty if there is none.
ALTER TABLE listings ADD COLUMN sku TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX listings_sku ON listings (seller_id, sku) WHERE sku <> '';
