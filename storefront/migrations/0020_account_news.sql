-- What a seller has been told of a connected account: the state in the newest mail, and what they
-- knew before it. Empty: nothing yet, the next read is what they know.
ALTER TABLE connected_accounts ADD COLUMN told_state TEXT NOT NULL DEFAULT '';
ALTER TABLE connected_accounts ADD COLUMN told_before TEXT NOT NULL DEFAULT '';
