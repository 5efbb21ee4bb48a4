-- What every sign-in asks and writes, made so that it costs the same however much there is.

-- A session is a long row that changes five times: in a table with row ids it fits into one page, beside others of its time.
ALTER TABLE sessions RENAME TO sessions_before;
CREATE TABLE sessions (
  session_id       TEXT PRIMARY KEY NOT NULL,
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
  redeemed_at      INTEGER,
  end_reason       TEXT,                           -- why it was canceled, where the page is told: code_passed_on
  vouched_by       TEXT                            -- the linked extension that answers for having started it
) STRICT;
INSERT INTO sessions SELECT * FROM sessions_before ORDER BY created_at;
DROP TABLE sessions_before;
CREATE INDEX sessions_open_end ON sessions (expires_at) WHERE state IN ('pending', 'claimed', 'approved');
CREATE INDEX sessions_lease_end ON sessions (lease_ends_at) WHERE state = 'claimed';
CREATE INDEX sessions_claimed ON sessions (claim_sub) WHERE state = 'claimed';
CREATE INDEX sessions_created ON sessions (created_at);
CREATE UNIQUE INDEX sessions_claim_id ON sessions (claim_id) WHERE claim_id IS NOT NULL;
CREATE UNIQUE INDEX sessions_code ON sessions (code_hash) WHERE code_hash IS NOT NULL;
CREATE UNIQUE INDEX sessions_device_code ON sessions (device_code_hash) WHERE device_code_hash IS NOT NULL;
CREATE UNIQUE INDEX sessions_user_code ON sessions (user_code_hash)
  WHERE user_code_hash IS NOT NULL AND state IN ('pending', 'claimed');

-- The browsers that somebody has let in before: asked with each claim, where the record would have to be read through.
CREATE TABLE known_pages (
  sub     TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  browser TEXT NOT NULL,
  os      TEXT NOT NULL,
  seen_at INTEGER NOT NULL,                        -- the last time, to the day
  UNIQUE (sub, browser, os)
) STRICT;
CREATE INDEX known_pages_end ON known_pages (seen_at);
INSERT INTO known_pages (sub, browser, os, seen_at) SELECT sub, detail ->> 'browser', detail ->> 'os', max(at) FROM audit
  WHERE type = 'approved' AND sub IN (SELECT sub FROM accounts) AND detail ->> 'browser' IS NOT NULL AND detail ->> 'os' IS NOT NULL
  GROUP BY 1, 2, 3;

-- audit_in_time answers for it.
DROP INDEX audit_of_account;
