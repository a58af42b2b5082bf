-- Batches and campaigns can be held: their pending calls wait, and lose nothing. What may keep a call from being dialled is
-- asked in one place, dial_bar, under the lock that whoever narrows it takes after its commit.
ALTER TABLE retell_batch_calls
  ADD COLUMN held_at timestamp(3) with time zone,
  ADD COLUMN held_by text,
  ADD COLUMN held_reason text,
  ADD CONSTRAINT retell_batch_calls_held_check
    CHECK (held_at IS NOT NULL AND status = 'in_progress' OR held_at IS NULL AND held_by IS NULL AND held_reason IS NULL);
ALTER TABLE campaigns
  ADD COLUMN held_at timestamp(3) with time zone,
  ADD COLUMN held_by text,
  ADD COLUMN held_reason text,
  ADD CONSTRAINT campaigns_held_check CHECK (held_at IS NOT NULL OR held_by IS NULL AND held_reason IS NULL);

-- A worker of an earlier version would dial what is held: without this function its claims fail.
DROP FUNCTION may_not_be_called(text);
-- VOLATILE: behind the lock it looks with a fresh snapshot, however long the claim has waited. The lock has its first name,
-- by which earlier versions of the API take it.
CREATE FUNCTION dial_bar(number text, batch uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('do-not-call', 0));
  RETURN CASE
    WHEN EXISTS (SELECT FROM do_not_call WHERE phone_number = number) THEN 'listed'
    WHEN EXISTS (
      SELECT FROM retell_batch_calls b JOIN campaigns g ON g.id = b.campaign_id
      WHERE b.id = batch AND (b.held_at IS NOT NULL OR g.held_at IS NOT NULL)
    ) THEN 'held'
  END;
END $$;

-- A batch that has ended or was stopped is no longer held.
CREATE OR REPLACE FUNCTION tie_batch_cancelled_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status = 'cancelled' AND NEW.status <> 'cancelled' THEN
    RAISE EXCEPTION 'batch % is cancelled and stays so; launch its campaign again', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  NEW.cancelled_at := CASE WHEN NEW.status = 'cancelled' THEN coalesce(NEW.cancelled_at, clock_timestamp()) END;
  IF NEW.status <> 'in_progress' THEN
    NEW.held_at := NULL;
    NEW.held_by := NULL;
    NEW.held_reason := NULL;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE VIEW batch_view AS
SELECT b.id, b.campaign_id, b.status, b.total_candidates,
  b.total_candidates - b.completed_calls - b.failed_calls - live.in_progress_calls AS pending_calls,
  live.in_progress_calls, b.completed_calls, b.failed_calls, b.cancelled_calls, b.created_at, b.completed_at, b.cancelled_at,
  b.held_at, b.held_by, b.held_reason
FROM retell_batch_calls b, LATERAL (
  SELECT count(*)::integer AS in_progress_calls FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'in_progress'
) live;
CREATE OR REPLACE FUNCTION batch_json(batch uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT to_jsonb(v) || jsonb_build_object('created_at', iso(v.created_at), 'completed_at', iso(v.completed_at),
    'cancelled_at', iso(v.cancelled_at), 'held_at', iso(v.held_at))
  FROM batch_view v WHERE v.id = batch;
$$;
