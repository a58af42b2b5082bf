-- Answers to requests that their clients may repeat, each written by the transaction that did the work.
CREATE TABLE idempotency_keys (
  -- Whose: the id of an API key, or 'admin' for that of the environment.
  owner text NOT NULL,
  key text NOT NULL,
  -- SHA-256 of method, path and body.
  request bytea NOT NULL,
  status smallint NOT NULL,
  location text,
  body text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
