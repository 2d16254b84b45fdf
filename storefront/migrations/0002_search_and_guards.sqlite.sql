-- Full text over the words of a listing. The trigger on UPDATE names its columns: without
-- that each change of stock would rewrite the index.
CREATE VIRTUAL TABLE listings_search USING fts5 (
  title, category, description, content='listings', content_rowid='row',
  tokenize='unicode61 remove_diacritics 2'
);

CREATE TRIGGER listings_search_insert AFTER INSERT ON listings BEGIN
  INSERT INTO listings_search (rowid, title, category, description)
  VALUES (new.row, new.title, new.category, new.description);
END;

CREATE TRIGGER listings_search_delete AFTER DELETE ON listings BEGIN
  INSERT INTO listings_search (listings_search, rowid, title, category, description)
  VALUES ('delete', old.row, old.title, old.category, old.description);
END;

CREATE TRIGGER listings_search_update AFTER UPDATE OF title, category, description ON listings BEGIN
  INSERT INTO listings_search (listings_search, rowid, title, category, description)
  VALUES ('delete', old.row, old.title, old.category, old.description);
  INSERT INTO listings_search (rowid, title, category, description)
  VALUES (new.row, new.title, new.category, new.description);
END;

-- The ledger and the audit log only ever grow.
CREATE TRIGGER ledger_update BEFORE UPDATE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_delete BEFORE DELETE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER audit_log_update BEFORE UPDATE ON audit_log BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_delete BEFORE DELETE ON audit_log BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
