-- Times are epoch seconds. Secrets are SHA-256 hashes (base64url), or derived again from meta.secret and never stored.
-- Columns that hold JSON say so.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,          -- epoch, secret
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
  client_id                    TEXT PRIMARY KEY,
  name                         TEXT NOT NULL,
  secret_hash                  TEXT,               -- null: public client
  redirect_uris                TEXT NOT NULL,      -- JSON array
  origins                      TEXT NOT NULL,      -- JSON array
  login_matches                TEXT NOT NULL,      -- JSON array of match patterns
  start_uri                    TEXT,
  mount                        TEXT,               -- CSS selector
  logo_uri                     TEXT,
  confirm                      TEXT NOT NULL CHECK (confirm IN ('tap', 'number', 'passkey')),
  native                       INTEGER NOT NULL,   -- 1: any port on a loopback redirect_uri (RFC 8252 §7.3)
  device_grant                 INTEGER NOT NULL,   -- 1: may use RFC 8628
  hold_seconds                 INTEGER,            -- null: the gateway's setting
  id_token_signed_response_alg TEXT NOT NULL CHECK (id_token_signed_response_alg IN ('RS256', 'ES256')),
  jwks                         TEXT,               -- JSON, for private_key_jwt
  jwks_uri                     TEXT,
  post_logout_redirect_uris    TEXT NOT NULL,      -- JSON array
  backchannel_logout_uri       TEXT,
  created_at                   INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
  sub           TEXT PRIMARY KEY,
  username      TEXT NOT NULL,
  username_key  TEXT NOT NULL UNIQUE,              -- folded, so that look-alikes collide
  name          TEXT NOT NULL,
  password_hash TEXT,                              -- argon2id PHC string
  inbox_version INTEGER NOT NULL DEFAULT 1,        -- grows with each change of the account's open claims
  created_at    INTEGER NOT NULL,
  disabled_at   INTEGER
) STRICT;

CREATE TABLE devices (
  device_id    TEXT PRIMARY KEY,
  sub          TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  kind         TEXT NOT NULL CHECK (kind IN ('extension', 'pages')),
  name         TEXT NOT NULL,
  public_key   TEXT NOT NULL,                      -- JSON: JWK P-256
  token_hash   TEXT UNIQUE,                        -- extension only
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at   INTEGER
) STRICT;
CREATE INDEX devices_of_account ON devices (sub) WHERE revoked_at IS NULL;

-- A browser signed in to the gateway's own pages; its cookie is the token.
CREATE TABLE web_sessions (
  token_hash   TEXT PRIMARY KEY,
  sub          TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  device_id    TEXT REFERENCES devices ON DELETE SET NULL,
  challenge    TEXT,                               -- hash of the one enrolment challenge that is open
  challenge_expires_at INTEGER,
  signed_in_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX web_sessions_of_account ON web_sessions (sub);
CREATE INDEX web_sessions_of_device ON web_sessions (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX web_sessions_end ON web_sessions (expires_at);

-- Linking an extension: one row from "link this browser" to its token's delivery.
CREATE TABLE links (
  link_id     TEXT PRIMARY KEY,
  state       TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'refused')),
  version     INTEGER NOT NULL,
  secret_hash TEXT NOT NULL,
  name        TEXT NOT NULL,
  public_key  TEXT NOT NULL,                       -- JSON: JWK P-256
  page        TEXT NOT NULL,                       -- JSON: browser, os, ip
  sub         TEXT REFERENCES accounts ON DELETE CASCADE,
  device_id   TEXT REFERENCES devices ON DELETE CASCADE,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX links_end ON links (expires_at);

-- Identifiers of signed statements that may be used once (RFC 7519 §4.1.7).
CREATE TABLE used_jtis (
  jti        TEXT PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_jtis_end ON used_jtis (expires_at);

-- One sign-in attempt, its claim and its decision: one row, one version.
CREATE TABLE sessions (
  session_id       TEXT PRIMARY KEY,
  kind             TEXT NOT NULL CHECK (kind IN ('code', 'device')),
  state            TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'approved', 'redeemed', 'denied', 'expired', 'canceled')),
  version          INTEGER NOT NULL,
  client_id        TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  first_expires_at INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  poll_hash        TEXT NOT NULL,
  user_code_hash   TEXT,                           -- HMAC under meta.secret: a code is too short for a bare hash
  device_code_hash TEXT,
  authorization    TEXT NOT NULL,                  -- JSON: redirect_uri, scope, state, nonce, code_challenge, …
  page             TEXT NOT NULL,                  -- JSON: origin, browser, os, ip
  dead_slot        INTEGER NOT NULL,
  claim_id         TEXT,
  claim_sub        TEXT,
  claim_device_id  TEXT,
  claim_slot       INTEGER,                        -- the slot of the ticket it was made with; null: typed code
  claim_origin     TEXT,                           -- observed_origin
  challenge        TEXT,
  lease_ends_at    INTEGER,
  request          TEXT,                           -- JSON, frozen: what the claiming device was shown
  context_hash     TEXT,
  confirm          TEXT,                           -- how this claim must be confirmed; the client's policy at the claim
  match_number     TEXT,
  decision_hash    TEXT,                           -- SHA-256 of the JWS, so that its bytes sent again get the same answer
  decision_state   TEXT,
  decision_version INTEGER,
  decision_reason  TEXT,                           -- null or number_mismatch
  decided_at       INTEGER,
  delivered_at     INTEGER,
  code_hash        TEXT,
  code_failures    INTEGER NOT NULL DEFAULT 0,
  redeemed_at      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_open_end ON sessions (expires_at) WHERE state IN ('pending', 'claimed', 'approved');
CREATE INDEX sessions_lease_end ON sessions (lease_ends_at) WHERE state = 'claimed';
CREATE INDEX sessions_claimed ON sessions (claim_sub) WHERE state = 'claimed';
CREATE INDEX sessions_created ON sessions (created_at);
CREATE UNIQUE INDEX sessions_claim_id ON sessions (claim_id) WHERE claim_id IS NOT NULL;
CREATE UNIQUE INDEX sessions_code ON sessions (code_hash) WHERE code_hash IS NOT NULL;
CREATE UNIQUE INDEX sessions_device_code ON sessions (device_code_hash) WHERE device_code_hash IS NOT NULL;
CREATE UNIQUE INDEX sessions_user_code ON sessions (user_code_hash)
  WHERE user_code_hash IS NOT NULL AND state IN ('pending', 'claimed');

CREATE TABLE tokens (
  token_hash TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  client_id  TEXT NOT NULL,
  sub        TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  scope      TEXT NOT NULL,
  issued_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_of_session ON tokens (session_id);
CREATE INDEX tokens_end ON tokens (expires_at);

CREATE TABLE signing_keys (
  kid         TEXT PRIMARY KEY,                    -- JWK thumbprint (RFC 7638)
  alg         TEXT NOT NULL CHECK (alg IN ('RS256', 'ES256')),
  private_key TEXT NOT NULL,                       -- JSON: JWK
  signs_from  INTEGER NOT NULL,
  signs_until INTEGER                              -- null: current
) STRICT;

CREATE TABLE audit (
  audit_id   INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  type       TEXT NOT NULL,
  sub        TEXT,
  session_id TEXT,
  client_id  TEXT,
  device_id  TEXT,
  detail     TEXT NOT NULL                         -- JSON
) STRICT;
CREATE INDEX audit_of_account ON audit (sub, audit_id);
CREATE INDEX audit_of_session ON audit (session_id);
