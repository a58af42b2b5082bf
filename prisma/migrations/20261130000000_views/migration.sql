-- A call and a batch as the API shows them: its reads and the events of webhooks all go through these. A field that is
-- added here is added to both. The view is expanded into the query around it, so a condition on id or batch_id goes by
-- the tables' own indexes.

-- `turn` is a call's place in lists, which no contract shows.
CREATE VIEW call_view AS
  SELECT c.id, c.batch_id, c.campaign_id, c.candidate_id, c.phone_number, d.name, c.call_status, c.placed, c.retell_call_id,
    c.error_message, c.disconnection_reason, c.created_at, c.claimed_at, c.dialed_at, c.started_at, c.ended_at, c.duration_ms,
    c.cancelled_at, c.recording_url, c.analysis, c.turn
  FROM retell_calls c JOIN candidates d ON d.id = c.candidate_id;

-- Only the calls in progress are counted, along the index of unfinished calls; the other figures are the batch's own.
CREATE VIEW batch_view AS
  SELECT b.id, b.campaign_id, b.status, b.total_candidates,
    b.total_candidates - b.completed_calls - b.failed_calls - live.in_progress_calls AS pending_calls,
    live.in_progress_calls, b.completed_calls, b.failed_calls, b.cancelled_calls, b.created_at, b.completed_at, b.cancelled_at
  FROM retell_batch_calls b, LATERAL (
    SELECT count(*)::int AS in_progress_calls FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'in_progress'
  ) live;

-- A function with a statement of its own for each call: it looks the call up by primary key, however many ended in one
-- statement, where a join with the changed rows may keep the plan that suited another number of them.
CREATE OR REPLACE FUNCTION call_json(call_id uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT (to_jsonb(v) - 'turn') || jsonb_build_object('created_at', iso(v.created_at), 'claimed_at', iso(v.claimed_at),
    'dialed_at', iso(v.dialed_at), 'started_at', iso(v.started_at), 'ended_at', iso(v.ended_at), 'cancelled_at', iso(v.cancelled_at))
  FROM call_view v WHERE v.id = call_id;
$$;

CREATE FUNCTION batch_json(batch uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT to_jsonb(v) || jsonb_build_object('created_at', iso(v.created_at), 'completed_at', iso(v.completed_at),
    'cancelled_at', iso(v.cancelled_at))
  FROM batch_view v WHERE v.id = batch;
$$;

-- As before, but a completed batch is told of as the API shows it.
CREATE OR REPLACE FUNCTION note_batch_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  what text := 'batch.' || NEW.status;
BEGIN
  IF NOT EXISTS (SELECT FROM webhooks WHERE what = ANY (events)) THEN
    RETURN NULL;
  END IF;
  IF NEW.status = 'completed' THEN
    INSERT INTO webhook_events (type, campaign_id, batch_id, data) VALUES (what, NEW.campaign_id, NEW.id, batch_json(NEW.id));
  ELSE
    INSERT INTO webhook_events (type, campaign_id, batch_id, seq) VALUES (what, NEW.campaign_id, NEW.id, NULL);
  END IF;
  RETURN NULL;
END $$;
