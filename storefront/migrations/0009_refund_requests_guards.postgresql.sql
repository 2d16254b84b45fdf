-- What was said stays said.
CREATE TRIGGER refund_request_steps_append_only BEFORE UPDATE OR DELETE ON refund_request_steps
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
