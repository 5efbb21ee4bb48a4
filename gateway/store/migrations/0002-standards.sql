-- Further parts of the standards: signing out, refresh tokens, pushed requests, clients that do without PKCE.

ALTER TABLE clients ADD COLUMN pkce INTEGER NOT NULL DEFAULT 1;                   -- 0: a confidential client may leave it out
ALTER TABLE clients ADD COLUMN offline_access INTEGER NOT NULL DEFAULT 0;         -- 1: may have refresh tokens
ALTER TABLE clients ADD COLUMN device_offline_access INTEGER NOT NULL DEFAULT 0;  -- 1: from the device grant too

-- The refresh tokens of one sign-in are one family: whoever uses a spent one ends them all.
ALTER TABLE tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'access' CHECK (kind IN ('access', 'refresh'));

-- What is left of a session when it was redeemed: outlives it, so that the sign-in can be renewed and ended.
CREATE TABLE sign_ins (
  session_id   TEXT PRIMARY KEY,
  sid          TEXT NOT NULL UNIQUE,               -- as the client knows it
  client_id    TEXT NOT NULL,
  sub          TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  auth_time    INTEGER NOT NULL,
  acr          TEXT NOT NULL,
  amr          TEXT NOT NULL,                      -- JSON array
  signed_in_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,                   -- then nothing can be renewed, and the row is deleted
  ended_at     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_of_account ON sign_ins (sub);
CREATE INDEX sign_ins_end ON sign_ins (expires_at);

-- Sites that still have to be told of the end of a sign-in (OpenID Connect Back-Channel Logout).
CREATE TABLE logout_notices (
  session_id TEXT PRIMARY KEY,
  client_id  TEXT NOT NULL,
  sub        TEXT NOT NULL,
  sid        TEXT NOT NULL,
  attempts   INTEGER NOT NULL,
  due_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX logout_notices_due ON logout_notices (due_at);

-- Authorization requests that a client left here beforehand (RFC 9126).
CREATE TABLE pushed_requests (
  request_hash TEXT PRIMARY KEY,
  client_id    TEXT NOT NULL,
  params       TEXT NOT NULL,                      -- JSON object
  held         INTEGER NOT NULL,                   -- 1: by a page of the gateway, which may use it again
  expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pushed_requests_end ON pushed_requests (expires_at);
