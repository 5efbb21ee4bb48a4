-- Passkeys (WebAuthn Level 3): a second way to sign in, and the confirmation that a site may ask for.

CREATE TABLE passkeys (
  passkey_id   TEXT PRIMARY KEY,                   -- the credential's id
  sub          TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  name         TEXT NOT NULL,
  public_key   TEXT NOT NULL,                      -- COSE key, base64url
  sign_count   INTEGER NOT NULL,                   -- the highest seen; 0 for authenticators that do not count
  transports   TEXT NOT NULL,                      -- JSON array
  synced       INTEGER NOT NULL,                   -- 1: may be copied to other devices of its person
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_of_account ON passkeys (sub);

-- Challenges that are open; each is good once, for one purpose, in one browser.
CREATE TABLE passkey_challenges (
  challenge_hash TEXT PRIMARY KEY,
  purpose        TEXT NOT NULL CHECK (purpose IN ('add', 'sign_in')),
  holder         TEXT NOT NULL,                    -- hash of the cookie of the browser that asked
  expires_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_challenges_end ON passkey_challenges (expires_at);
