-- Accounts that people make themselves, and what happened on one read in the order it happened.

CREATE TABLE invites (
  token_hash TEXT PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('invite', 'setup')),  -- setup: for the first account of all
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invites_end ON invites (expires_at);

CREATE INDEX audit_in_time ON audit (sub, at, audit_id);
