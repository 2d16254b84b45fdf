-- Files of listings that sellers import: compared first, then written or not, and undone.
CREATE TABLE listing_imports (
  id TEXT PRIMARY KEY,
  seller_id TEXT NOT NULL REFERENCES sellers (id),
  actor_id TEXT NOT NULL REFERENCES users (id),
  filename TEXT NOT NULL,
  -- how the file was read, in words: `CSV with semicolons, Windows-1252`
  read_as TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('checking', 'checked', 'committing', 'committed', 'undoing', 'undone')),
  -- counts how often it was compared; a click counts only for the comparison that it has seen
  comparison INTEGER NOT NULL DEFAULT 1,
  row_count INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  committed_at TEXT,
  undone_at TEXT
) STRICT;
CREATE INDEX listing_imports_seller ON listing_imports (seller_id, id DESC);
CREATE INDEX listing_imports_running ON listing_imports (id)
  WHERE state IN ('checking', 'committing', 'undoing');

CREATE TABLE listing_import_rows (
  import_id TEXT NOT NULL REFERENCES listing_imports (id) ON DELETE CASCADE,
  -- as a spreadsheet counts
  number INTEGER NOT NULL,
  -- column → text, as the file has it
  cells TEXT NOT NULL,
  -- what is wrong with the row whatever the shop offers: [[column, sentence], …]
  flaws TEXT NOT NULL DEFAULT '[]',
  outcome TEXT NOT NULL DEFAULT 'waiting'
    CHECK (outcome IN ('waiting', 'new', 'changed', 'unchanged', 'wrong')),
  -- no reference: an undone listing is gone
  listing_id TEXT,
  -- column → [before or null, after]
  changes TEXT NOT NULL DEFAULT '{}',
  problems TEXT NOT NULL DEFAULT '[]',
  undo TEXT NOT NULL DEFAULT '' CHECK (undo IN ('', 'restored', 'deleted', 'paused', 'kept')),
  undo_note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (import_id, number)
) STRICT;
CREATE INDEX listing_import_rows_outcome ON listing_import_rows (import_id, outcome, number);
CREATE INDEX listing_import_rows_listing ON listing_import_rows (import_id, listing_id);
