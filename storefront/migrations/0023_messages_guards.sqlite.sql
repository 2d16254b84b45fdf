-- What was said stays said.
CREATE TRIGGER order_messages_update
BEFORE UPDATE OF id, order_id, seller_id, who, text, form_token, sent_at ON order_messages BEGIN
  SELECT RAISE(ABORT, 'what was said about an order is append-only');
END;
CREATE TRIGGER order_messages_delete BEFORE DELETE ON order_messages BEGIN
  SELECT RAISE(ABORT, 'what was said about an order is append-only');
END;
