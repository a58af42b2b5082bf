-- Whose claim it is: a run that never saw the answer to its own claim knows by this that nobody dialled with it.
ALTER TABLE retell_calls ADD COLUMN claimed_by uuid;
-- When the sweep last asked Retell about the call, and since when and how often in a row Retell did not know it.
ALTER TABLE retell_calls ADD COLUMN asked_at timestamptz(3);
ALTER TABLE retell_calls ADD COLUMN missing_since timestamptz(3);
ALTER TABLE retell_calls ADD COLUMN missing_times smallint NOT NULL DEFAULT 0;
-- Given up without Retell's word on how they ended: asked about for a while longer.
CREATE INDEX retell_calls_given_up ON retell_calls (ended_at)
  WHERE call_status = 'failed' AND placed <> 'no' AND disconnection_reason IS NULL;

-- The breaker: what the hold is about, what was seen in a row, which call probes the hold, and when one was last lifted.
ALTER TABLE lines ADD COLUMN held_kind text;
ALTER TABLE lines ADD COLUMN lifted_at timestamptz(6);
ALTER TABLE lines ADD COLUMN unknown_in_a_row integer NOT NULL DEFAULT 0;
ALTER TABLE lines ADD COLUMN refused_in_a_row integer NOT NULL DEFAULT 0;
ALTER TABLE lines ADD COLUMN last_refusal text;
ALTER TABLE lines ADD COLUMN probe_call_id uuid;
ALTER TABLE lines ADD CONSTRAINT lines_held_kind_check CHECK (held_kind IN ('barred', 'account', 'refused', 'unknown'));

-- What each step of the sweep last cost and has put right, for the metrics.
CREATE TABLE sweep_steps (
  step text PRIMARY KEY,
  ran_at timestamptz(3) NOT NULL,
  duration_ms double precision NOT NULL,
  repairs bigint NOT NULL DEFAULT 0
);

-- As before, but the batch is looked at once post_to_batch has locked it: a brake that commits in between is seen.
CREATE OR REPLACE FUNCTION keep_books_insert() RETURNS trigger LANGUAGE plpgsql AS $$
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
    PERFORM post_to_batch(moved.batch_id, moved.rows_added, moved.completed, moved.failed, moved.cancelled);
    IF moved.pending > 0 AND EXISTS (SELECT 1 FROM retell_batch_calls WHERE id = moved.batch_id AND status <> 'in_progress') THEN
      RAISE EXCEPTION 'batch % is not in progress and takes no pending call', moved.batch_id USING ERRCODE = 'check_violation';
    END IF;
    live := live + moved.live;
  END LOOP;
  IF live <> 0 THEN
    UPDATE lines SET in_use = in_use + live;
  END IF;
  RETURN NULL;
END $$;

-- The flip, open dials, live calls of a batch, and the sweep's pages, which go through all batches in this order: with
-- a million pending rows a page of 1,000 takes 2 ms instead of 190.
DROP INDEX retell_calls_unfinished;
CREATE INDEX retell_calls_unfinished ON retell_calls (call_status, batch_id, turn)
  WHERE call_status IN ('pending', 'in_progress');
-- Dials without an answer: each claim counts them.
CREATE INDEX retell_calls_unanswered ON retell_calls (claimed_at) WHERE call_status = 'in_progress' AND dialed_at IS NULL;
