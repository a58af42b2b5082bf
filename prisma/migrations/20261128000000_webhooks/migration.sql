-- Where clients want to hear of what happens. The secret is what their requests are signed with.
CREATE TABLE webhooks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  url text NOT NULL,
  events text[] NOT NULL,
  secret text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  created_by text NOT NULL
);
CREATE INDEX webhooks_created_at_id_idx ON webhooks (created_at, id);

-- What happened, written by the transaction in which it did, if anybody wants to hear of it. `data` is what is told; of a
-- stop it is there only when its receipt is, and `seq` with it. `seq` grows along the commits of one batch, because
-- whoever takes one holds the batch.
CREATE SEQUENCE webhook_events_seq;
CREATE TABLE webhook_events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  type text NOT NULL,
  campaign_id uuid NOT NULL,
  batch_id uuid,
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  seq bigint DEFAULT nextval('webhook_events_seq'),
  data jsonb
);
ALTER SEQUENCE webhook_events_seq OWNED BY webhook_events.seq;
CREATE INDEX webhook_events_untold ON webhook_events (batch_id, campaign_id) WHERE data IS NULL;
CREATE INDEX webhook_events_at_idx ON webhook_events (at);

-- One event for one webhook. Within a lane (a batch, or a campaign for what concerns no one batch) they go out one after
-- the other. Nothing here refers to webhooks: deleting one must not make a call wait.
CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  webhook_id uuid NOT NULL,
  event_id uuid NOT NULL REFERENCES webhook_events (id) ON DELETE CASCADE,
  lane uuid NOT NULL,
  seq bigint NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- The 24 hours of its attempts count from here: its creation, or its last replay.
  since timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  attempted_at timestamptz(3),
  response_status integer,
  duration_ms integer,
  error text
);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (webhook_id, lane, seq) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_event_id_idx ON webhook_deliveries (event_id);

CREATE FUNCTION iso(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;

-- A call as GET /v1/calls/{id} shows it.
CREATE FUNCTION call_json(call_id uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('id', c.id, 'batch_id', c.batch_id, 'campaign_id', c.campaign_id, 'candidate_id', c.candidate_id,
    'phone_number', c.phone_number, 'name', d.name, 'call_status', c.call_status, 'placed', c.placed,
    'retell_call_id', c.retell_call_id, 'error_message', c.error_message, 'disconnection_reason', c.disconnection_reason,
    'created_at', iso(c.created_at), 'claimed_at', iso(c.claimed_at), 'dialed_at', iso(c.dialed_at),
    'started_at', iso(c.started_at), 'ended_at', iso(c.ended_at), 'duration_ms', c.duration_ms,
    'cancelled_at', iso(c.cancelled_at), 'recording_url', c.recording_url, 'analysis', c.analysis)
  FROM retell_calls c JOIN candidates d ON d.id = c.candidate_id WHERE c.id = call_id;
$$;

-- Each event that has its data goes to whoever wants it.
CREATE FUNCTION fan_out_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (webhook_id, event_id, lane, seq)
  SELECT w.id, e.id, coalesce(e.batch_id, e.campaign_id), e.seq
  FROM new_rows e JOIN webhooks w ON e.type = ANY (w.events) WHERE e.data IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER fan_out_insert AFTER INSERT ON webhook_events
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION fan_out_events();
-- An event is changed once, when a stop has its receipt.
CREATE TRIGGER fan_out_update AFTER UPDATE ON webhook_events
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION fan_out_events();

-- A batch that completed has its figures; one that was braked is told of when its stop has the receipt.
CREATE FUNCTION note_batch_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  what text := 'batch.' || NEW.status;
BEGIN
  IF NOT EXISTS (SELECT FROM webhooks WHERE what = ANY (events)) THEN
    RETURN NULL;
  END IF;
  IF NEW.status = 'completed' THEN
    INSERT INTO webhook_events (type, campaign_id, batch_id, data)
    VALUES (what, NEW.campaign_id, NEW.id, jsonb_build_object('id', NEW.id, 'campaign_id', NEW.campaign_id, 'status', NEW.status,
      'total_candidates', NEW.total_candidates, 'pending_calls', 0, 'in_progress_calls', 0,
      'completed_calls', NEW.completed_calls, 'failed_calls', NEW.failed_calls, 'cancelled_calls', NEW.cancelled_calls,
      'created_at', iso(NEW.created_at), 'completed_at', iso(NEW.completed_at), 'cancelled_at', iso(NEW.cancelled_at)));
  ELSE
    INSERT INTO webhook_events (type, campaign_id, batch_id, seq) VALUES (what, NEW.campaign_id, NEW.id, NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_event AFTER UPDATE OF status ON retell_batch_calls FOR EACH ROW
  WHEN (OLD.status <> NEW.status AND NEW.status IN ('completed', 'cancelled')) EXECUTE FUNCTION note_batch_event();

CREATE FUNCTION note_campaign_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM webhooks WHERE 'campaign.stopped' = ANY (events)) THEN
    INSERT INTO webhook_events (type, campaign_id, seq) VALUES ('campaign.stopped', NEW.id, NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_event AFTER UPDATE OF status ON campaigns FOR EACH ROW
  WHEN (OLD.status = 'active' AND NEW.status = 'paused') EXECUTE FUNCTION note_campaign_event();

-- As before, but calls that ended, and were not cancelled, are told of: with the batch held, and before the batch itself is.
CREATE OR REPLACE FUNCTION keep_books_update() RETURNS trigger LANGUAGE plpgsql AS $$
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
      sum(n * (call_status = 'pending')::int)::int AS pending,
      bool_or(n = 1 AND call_status IN ('completed', 'failed') AND cancelled_at IS NULL) AS ended
    FROM (
      SELECT batch_id, call_status, cancelled_at, 1 AS n FROM new_rows
      UNION ALL SELECT batch_id, call_status, cancelled_at, -1 FROM old_rows
    ) changed GROUP BY batch_id ORDER BY batch_id
  LOOP
    IF moved.ended AND EXISTS (SELECT FROM webhooks WHERE events && ARRAY['call.completed', 'call.failed'])
      AND EXISTS (
        SELECT FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE n.batch_id = moved.batch_id AND n.call_status IN ('completed', 'failed') AND n.cancelled_at IS NULL
          AND (o.call_status <> n.call_status OR o.cancelled_at IS NOT NULL)) THEN
      PERFORM FROM retell_batch_calls WHERE id = moved.batch_id FOR NO KEY UPDATE;
      INSERT INTO webhook_events (type, campaign_id, batch_id, data)
      SELECT CASE n.call_status WHEN 'completed' THEN 'call.completed' ELSE 'call.failed' END, n.campaign_id, n.batch_id, call_json(n.id)
      FROM new_rows n JOIN old_rows o ON o.id = n.id
      WHERE n.batch_id = moved.batch_id AND n.call_status IN ('completed', 'failed') AND n.cancelled_at IS NULL
        AND (o.call_status <> n.call_status OR o.cancelled_at IS NOT NULL);
    END IF;
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
