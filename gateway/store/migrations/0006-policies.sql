-- What an operator lays down for one client (RFC 10027 §6.1).

ALTER TABLE clients ADD COLUMN initiator TEXT NOT NULL DEFAULT 'any' CHECK (initiator IN ('any', 'extension', 'backend'));
ALTER TABLE clients ADD COLUMN allowed_networks TEXT NOT NULL DEFAULT '[]';  -- JSON array of networks; empty: everywhere
ALTER TABLE clients ADD COLUMN scopes TEXT NOT NULL DEFAULT '[]';            -- JSON array beside openid; empty: all there are

-- The linked extension that answers for having started it; only where the client asks for that.
ALTER TABLE sessions ADD COLUMN vouched_by TEXT;
