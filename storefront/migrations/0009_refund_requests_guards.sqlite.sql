-- What was said stays said.
CREATE TRIGGER refund_request_steps_update BEFORE UPDATE ON refund_request_steps BEGIN
  SELECT RAISE(ABORT, 'what was said about a refund request is append-only');
END;
CREATE TRIGGER refund_request_steps_delete BEFORE DELETE ON refund_request_steps BEGIN
  SELECT RAISE(ABORT, 'what was said about a refund request is append-only');
END;
