-- Full text over the words of a listing. 'simple' neither stems nor drops words, as SQLite's
-- tokenizer does not.
ALTER TABLE listings ADD COLUMN search tsvector GENERATED ALWAYS AS (
  to_tsvector('simple', title || ' ' || category || ' ' || description)
) STORED;
CREATE INDEX listings_search ON listings USING gin (search);

-- The ledger and the audit log only ever grow.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
