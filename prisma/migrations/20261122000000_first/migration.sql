CREATE TYPE campaign_status AS ENUM ('active', 'paused');
CREATE TYPE batch_status AS ENUM ('in_progress', 'completed', 'cancelled');
CREATE TYPE call_status AS ENUM ('pending', 'in_progress', 'completed', 'failed');
CREATE TYPE call_placed AS ENUM ('no', 'yes', 'unknown');

CREATE TABLE campaigns (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  status campaign_status NOT NULL DEFAULT 'active',
  agent_id text,
  from_number text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX campaigns_created_at_id_idx ON campaigns (created_at, id);

CREATE TABLE candidates (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  campaign_id uuid NOT NULL REFERENCES campaigns (id) ON UPDATE CASCADE ON DELETE RESTRICT,
  ordinal bigserial NOT NULL,
  phone_number text NOT NULL,
  name text,
  external_id text,
  dynamic_variables jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX candidates_campaign_id_phone_number_key ON candidates (campaign_id, phone_number);
CREATE INDEX candidates_campaign_id_ordinal_idx ON candidates (campaign_id, ordinal);

CREATE TABLE retell_batch_calls (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  campaign_id uuid NOT NULL REFERENCES campaigns (id) ON UPDATE CASCADE ON DELETE RESTRICT,
  status batch_status NOT NULL DEFAULT 'in_progress',
  total_candidates integer NOT NULL DEFAULT 0,
  completed_calls integer NOT NULL DEFAULT 0,
  failed_calls integer NOT NULL DEFAULT 0,
  cancelled_calls integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  completed_at timestamptz(3),
  cancelled_at timestamptz(3),
  enqueued_through bigint NOT NULL DEFAULT 0,
  enqueued_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT retell_batch_calls_counters_check CHECK (
    completed_calls >= 0 AND cancelled_calls BETWEEN 0 AND failed_calls
    AND completed_calls + failed_calls <= total_candidates),
  CONSTRAINT retell_batch_calls_cancelled_at_check CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX retell_batch_calls_id_campaign_id_key ON retell_batch_calls (id, campaign_id);
CREATE INDEX retell_batch_calls_campaign_id_created_at_id_idx ON retell_batch_calls (campaign_id, created_at, id);
CREATE INDEX retell_batch_calls_created_at_id_idx ON retell_batch_calls (created_at, id);
-- Every sweep, and GET /v1/lines, look at the batches that still have a call to end.
CREATE INDEX retell_batch_calls_unfinished ON retell_batch_calls (id) WHERE completed_at IS NULL;

CREATE TABLE retell_calls (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  campaign_id uuid NOT NULL,
  batch_id uuid NOT NULL,
  candidate_id uuid NOT NULL REFERENCES candidates (id) ON UPDATE CASCADE ON DELETE RESTRICT,
  phone_number text NOT NULL,
  call_status call_status NOT NULL DEFAULT 'pending',
  retell_call_id text,
  error_message text,
  disconnection_reason text,
  placed call_placed NOT NULL DEFAULT 'no',
  claim_no integer NOT NULL DEFAULT 0,
  turn bigint NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  claimed_at timestamptz(6),
  dialed_at timestamptz(6),
  started_at timestamptz(3),
  ended_at timestamptz(3),
  duration_ms integer,
  cancelled_at timestamptz(6),
  news_at timestamptz(3),
  recording_url text,
  analysis jsonb,
  CONSTRAINT retell_calls_batch_id_campaign_id_fkey FOREIGN KEY (batch_id, campaign_id)
    REFERENCES retell_batch_calls (id, campaign_id) ON UPDATE CASCADE ON DELETE RESTRICT,
  -- Only a row whose phone surely never rang may wait for a dial.
  CONSTRAINT retell_calls_pending_check CHECK (call_status <> 'pending' OR (placed = 'no' AND retell_call_id IS NULL))
);
-- Lists and enqueueing go through a batch in this order.
CREATE UNIQUE INDEX retell_calls_batch_id_turn_key ON retell_calls (batch_id, turn);
CREATE UNIQUE INDEX retell_calls_retell_call_id_key ON retell_calls (retell_call_id);
CREATE INDEX retell_calls_candidate_id_created_at_idx ON retell_calls (candidate_id, created_at);
-- Two launches can never give one candidate two unfinished calls.
CREATE UNIQUE INDEX retell_calls_one_unfinished ON retell_calls (candidate_id)
  WHERE call_status IN ('pending', 'in_progress');
-- The flip, open dials, live calls of a batch, and the sweep's repairs.
CREATE INDEX retell_calls_unfinished ON retell_calls (batch_id, call_status)
  WHERE call_status IN ('pending', 'in_progress');
-- Who may not be launched as undialed.
CREATE INDEX retell_calls_dialed ON retell_calls (campaign_id, candidate_id)
  WHERE placed <> 'no' OR call_status IN ('pending', 'in_progress');
-- Calls without news.
CREATE INDEX retell_calls_live ON retell_calls (news_at) WHERE call_status = 'in_progress';
-- What a stop cancelled, asked by campaign.
CREATE INDEX retell_calls_cancelled ON retell_calls (campaign_id, cancelled_at)
  WHERE call_status = 'failed' AND error_message = 'Batch cancelled by user';

CREATE TABLE lines (
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  line_limit integer NOT NULL DEFAULT 5 CHECK (line_limit BETWEEN 1 AND 10000),
  in_use integer NOT NULL DEFAULT 0 CHECK (in_use >= 0),
  calls_per_second double precision NOT NULL DEFAULT 1 CHECK (calls_per_second >= 0 AND calls_per_second < 'Infinity'),
  next_dial_at timestamptz(6) NOT NULL DEFAULT clock_timestamp(),
  slowed_at timestamptz(6),
  slow_step integer NOT NULL DEFAULT 0,
  held_reason text,
  held_since timestamptz(3),
  probe_at timestamptz(3),
  probe_step integer NOT NULL DEFAULT 0,
  probe_open boolean NOT NULL DEFAULT false,
  turn_now bigint NOT NULL DEFAULT 0,
  turn_origin bigint NOT NULL DEFAULT 0,
  configured boolean NOT NULL DEFAULT false,
  CONSTRAINT lines_held_check CHECK ((held_reason IS NULL) = (held_since IS NULL))
) WITH (fillfactor = 10);
INSERT INTO lines DEFAULT VALUES;

CREATE TABLE audit (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  action text NOT NULL,
  campaign_id uuid,
  batch_id uuid,
  detail jsonb NOT NULL
);
CREATE INDEX audit_campaign_id_at_idx ON audit (campaign_id, at);

-- cancelled_at of a call goes with the words, whoever writes them.
CREATE FUNCTION tie_call_cancelled_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.call_status = 'failed' AND NEW.error_message = 'Batch cancelled by user' THEN
    NEW.cancelled_at := coalesce(NEW.cancelled_at, clock_timestamp());
  ELSE
    NEW.cancelled_at := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tie_cancelled_at BEFORE INSERT OR UPDATE ON retell_calls
  FOR EACH ROW WHEN (NEW.call_status = 'failed' OR NEW.cancelled_at IS NOT NULL)
  EXECUTE FUNCTION tie_call_cancelled_at();

-- cancelled_at of a batch goes with the status; a brake is never taken back.
CREATE FUNCTION tie_batch_cancelled_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status = 'cancelled' AND NEW.status <> 'cancelled' THEN
    RAISE EXCEPTION 'batch % is cancelled and stays so; launch its campaign again', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  NEW.cancelled_at := CASE WHEN NEW.status = 'cancelled' THEN coalesce(NEW.cancelled_at, clock_timestamp()) END;
  RETURN NEW;
END $$;
CREATE TRIGGER tie_cancelled_at BEFORE INSERT OR UPDATE OF status, cancelled_at ON retell_batch_calls
  FOR EACH ROW EXECUTE FUNCTION tie_batch_cancelled_at();

-- Adds to one batch what changed in its rows, and closes it when the last of them ended.
CREATE FUNCTION post_to_batch(batch uuid, rows_added integer, completed integer, failed integer, cancelled integer)
RETURNS void LANGUAGE sql AS $$
  UPDATE retell_batch_calls b SET
    total_candidates = b.total_candidates + rows_added,
    completed_calls = b.completed_calls + completed,
    failed_calls = b.failed_calls + failed,
    cancelled_calls = b.cancelled_calls + cancelled,
    completed_at = CASE WHEN b.completed_calls + completed + b.failed_calls + failed = b.total_candidates + rows_added
                        THEN coalesce(b.completed_at, clock_timestamp()) END,
    status = CASE WHEN b.status = 'in_progress'
                   AND b.completed_calls + completed + b.failed_calls + failed = b.total_candidates + rows_added
                  THEN 'completed' ELSE b.status END
  WHERE b.id = batch;
$$;

-- The books: whatever moves rows of retell_calls, its batches' counters and lines.in_use move with them, in the
-- order calls, batches (ascending), lines, in which everyone takes these locks. One function an event, because each
-- may name only the transition tables that it has, and because a plan is kept for a query that is written out.
CREATE FUNCTION keep_books_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved record;
  live integer := 0;
BEGIN
  FOR moved IN
    SELECT batch_id, count(*)::int AS rows_added,
      (count(*) FILTER (WHERE call_status = 'completed'))::int AS completed,
      (count(*) FILTER (WHERE call_status = 'failed'))::int AS failed,
      (count(*) FILTER (WHERE cancelled_at IS NOT NULL))::int AS cancelled,
      (count(*) FILTER (WHERE call_status = 'in_progress'))::int AS live,
      (count(*) FILTER (WHERE call_status = 'pending'))::int AS pending
    FROM new_rows GROUP BY batch_id ORDER BY batch_id
  LOOP
    IF moved.pending > 0 AND EXISTS (SELECT 1 FROM retell_batch_calls WHERE id = moved.batch_id AND status <> 'in_progress') THEN
      RAISE EXCEPTION 'batch % is not in progress and takes no pending call', moved.batch_id USING ERRCODE = 'check_violation';
    END IF;
    PERFORM post_to_batch(moved.batch_id, moved.rows_added, moved.completed, moved.failed, moved.cancelled);
    live := live + moved.live;
  END LOOP;
  IF live <> 0 THEN
    UPDATE lines SET in_use = in_use + live;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION keep_books_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved record;
  live integer := 0;
  returned boolean := false;
BEGIN
  FOR moved IN
    SELECT batch_id, sum(n)::int AS rows_added,
      sum(n * (call_status = 'completed')::int)::int AS completed,
      sum(n * (call_status = 'failed')::int)::int AS failed,
      sum(n * (cancelled_at IS NOT NULL)::int)::int AS cancelled,
      sum(n * (call_status = 'in_progress')::int)::int AS live,
      sum(n * (call_status = 'pending')::int)::int AS pending
    FROM (
      SELECT batch_id, call_status, cancelled_at, 1 AS n FROM new_rows
      UNION ALL SELECT batch_id, call_status, cancelled_at, -1 FROM old_rows
    ) changed GROUP BY batch_id ORDER BY batch_id
  LOOP
    IF moved.rows_added <> 0 OR moved.completed <> 0 OR moved.failed <> 0 OR moved.cancelled <> 0 THEN
      PERFORM post_to_batch(moved.batch_id, moved.rows_added, moved.completed, moved.failed, moved.cancelled);
    END IF;
    live := live + moved.live;
    returned := returned OR moved.pending > 0;
  END LOOP;
  -- Whoever makes a call pending again holds its batch against the brake until the commit, and looks at it with a fresh
  -- snapshot. A braked batch refuses it as a serialization failure: run once more, it sees the brake and cancels its row.
  IF returned THEN
    PERFORM FROM retell_batch_calls WHERE id IN (SELECT batch_id FROM new_rows WHERE call_status = 'pending')
      ORDER BY id FOR SHARE;
    IF EXISTS (
      SELECT 1 FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN retell_batch_calls b ON b.id = n.batch_id
      WHERE n.call_status = 'pending' AND o.call_status <> 'pending' AND b.status <> 'in_progress'
    ) THEN
      RAISE EXCEPTION 'a call of a batch that is not in progress cannot become pending' USING ERRCODE = 'serialization_failure';
    END IF;
  END IF;
  IF live <> 0 THEN
    UPDATE lines SET in_use = in_use + live;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION keep_books_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved record;
  live integer := 0;
BEGIN
  FOR moved IN
    SELECT batch_id, -count(*)::int AS rows_added,
      -(count(*) FILTER (WHERE call_status = 'completed'))::int AS completed,
      -(count(*) FILTER (WHERE call_status = 'failed'))::int AS failed,
      -(count(*) FILTER (WHERE cancelled_at IS NOT NULL))::int AS cancelled,
      -(count(*) FILTER (WHERE call_status = 'in_progress'))::int AS live
    FROM old_rows GROUP BY batch_id ORDER BY batch_id
  LOOP
    PERFORM post_to_batch(moved.batch_id, moved.rows_added, moved.completed, moved.failed, moved.cancelled);
    live := live + moved.live;
  END LOOP;
  IF live <> 0 THEN
    UPDATE lines SET in_use = in_use + live;
  END IF;
  RETURN NULL;
END $$;

-- TRUNCATE shows no rows to keep books of.
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'retell_calls cannot be truncated: its counters would not follow; use DELETE' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON retell_calls FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE TRIGGER keep_books_insert AFTER INSERT ON retell_calls
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_books_insert();
CREATE TRIGGER keep_books_update AFTER UPDATE ON retell_calls
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_books_update();
CREATE TRIGGER keep_books_delete AFTER DELETE ON retell_calls
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_books_delete();
