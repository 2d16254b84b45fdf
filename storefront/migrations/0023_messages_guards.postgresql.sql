-- What was said stays said.
CREATE TRIGGER order_messages_append_only
  BEFORE UPDATE OF id, order_id, seller_id, who, text, form_token, sent_at OR DELETE
  ON order_messages FOR EACH ROW EXECUTE FUNCTION refuse_change();
