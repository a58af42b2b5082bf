CREATE TYPE key_role AS ENUM ('viewer', 'operator', 'admin');

-- API keys. Of a key itself only its SHA-256 is stored: it is random and long, so nothing slower is needed.
CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  role key_role NOT NULL,
  prefix text NOT NULL,
  digest bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  created_by text NOT NULL,
  expires_at timestamptz(3),
  last_used_at timestamptz(3)
);
CREATE UNIQUE INDEX api_keys_digest_key ON api_keys (digest);
CREATE INDEX api_keys_created_at_id_idx ON api_keys (created_at, id);

-- Browsers signed in. A session goes with its key; key_id NULL is the admin key of the environment.
CREATE TABLE sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  key_id uuid REFERENCES api_keys (id) ON UPDATE CASCADE ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX sessions_key_id_idx ON sessions (key_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

-- Links that sign in once, as the admin of the environment; deleted when used.
CREATE TABLE sign_in_links (
  digest bytea PRIMARY KEY,
  expires_at timestamptz(3) NOT NULL
);

CREATE INDEX audit_at_id_idx ON audit (at, id);
