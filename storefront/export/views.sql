-- Views of the book. Amounts are in the currency's minor unit; moments are UTC.

CREATE VIEW order_money AS
SELECT o.number, o.status, o.created_at, o.paid_at, s.slug AS seller, s.name AS seller_name,
  o.currency, o.items_amount, o.shipping_amount, o.total_amount, o.application_fee_amount,
  o.refunded_amount, o.fee_refunded_amount, o.stripe_fee_amount, o.stripe_fee_currency,
  o.disputed, o.email, o.customer_name, o.id AS order_id
FROM orders o JOIN sellers s ON s.id = o.seller_id;

-- What each party of an order has received minus what it has given; each order sums to zero.
CREATE VIEW ledger_by_order AS
SELECT o.number, s.slug AS seller, m.currency,
  SUM(CASE m.account WHEN 'shopper' THEN m.amount ELSE 0 END) AS shopper,
  SUM(CASE m.account WHEN 'platform' THEN m.amount ELSE 0 END) AS platform,
  SUM(CASE m.account WHEN 'seller' THEN m.amount ELSE 0 END) AS seller_amount,
  SUM(CASE m.account WHEN 'stripe_fees' THEN m.amount ELSE 0 END) AS stripe_fees,
  SUM(CASE m.account WHEN 'dispute' THEN m.amount ELSE 0 END) AS dispute,
  SUM(CASE m.account WHEN 'seller_debt' THEN m.amount ELSE 0 END) AS seller_debt,
  SUM(CASE m.account WHEN 'platform_claim' THEN m.amount ELSE 0 END) AS platform_claim,
  o.id AS order_id
FROM (
  SELECT order_id, currency, credit_account AS account, amount FROM ledger
  UNION ALL
  SELECT order_id, currency, debit_account, -amount FROM ledger
) m
JOIN orders o ON o.id = m.order_id
JOIN sellers s ON s.id = o.seller_id
GROUP BY o.id, m.currency;

CREATE VIEW ledger_entries AS
SELECT o.number, s.slug AS seller, l.booked_at, l.kind, l.debit_account, l.credit_account, l.amount,
  l.currency, l.stripe_object_id, l.order_id
FROM ledger l JOIN orders o ON o.id = l.order_id JOIN sellers s ON s.id = o.seller_id;

CREATE VIEW refund_money AS
SELECT o.number, s.slug AS seller, r.created_at, r.state, r.amount, r.fee_amount, r.currency,
  r.reverse_transfer, r.return_fee, r.origin, r.reason, r.stripe_refund_id, r.id AS refund_id,
  r.order_id
FROM refunds r JOIN orders o ON o.id = r.order_id JOIN sellers s ON s.id = o.seller_id;

CREATE VIEW seller_months AS
SELECT s.slug AS seller, substr(o.paid_at, 1, 7) AS month, o.currency, COUNT(*) AS orders,
  SUM(o.total_amount) AS total_amount, SUM(o.application_fee_amount) AS application_fee_amount,
  SUM(o.refunded_amount) AS refunded_amount, SUM(o.fee_refunded_amount) AS fee_refunded_amount
FROM orders o JOIN sellers s ON s.id = o.seller_id
WHERE o.paid_at IS NOT NULL
GROUP BY s.slug, month, o.currency;

-- What was paid out, and the sales and refunds that it consists of. A row without a transaction is a
-- payout whose parts Stripe does not tell, since a person started it.
CREATE VIEW payouts_with_sales AS
SELECT s.slug AS seller, p.created_at AS payout_created_at, p.id AS payout, p.status AS payout_status,
  p.amount AS payout_amount, p.currency, t.id AS balance_transaction, t.status AS type,
  t.amount, json_extract(t.body, '$.fee') AS fee, t.net_amount AS net,
  json_extract(t.body, '$.source') AS source, o.number AS order_number, o.id AS order_id,
  p.stripe_account_id
FROM stored_objects p
JOIN connected_accounts a ON a.stripe_account_id = p.stripe_account_id
JOIN sellers s ON s.id = a.seller_id
LEFT JOIN stored_objects t ON t.stripe_account_id = p.stripe_account_id AND t.parent_id = p.id
LEFT JOIN orders o
  ON o.id = (SELECT MIN(l.order_id) FROM ledger l WHERE l.stripe_object_id = t.origin_id)
WHERE p.kind = 'payouts';

CREATE VIEW customers AS
SELECT s.slug AS seller, c.created_at, c.id AS customer, json_extract(c.body, '$.email') AS email,
  json_extract(c.body, '$.name') AS name, c.deleted, c.stripe_account_id
FROM stored_objects c
JOIN connected_accounts a ON a.stripe_account_id = c.stripe_account_id
JOIN sellers s ON s.id = a.seller_id
WHERE c.kind = 'customers';
