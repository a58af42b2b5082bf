-- A campaign's figures without counting its people: how many candidates it has, and how many of them have a call for which
-- they are not launched as undialed ("taken": placed, possibly placed, or unfinished). Two tables, because an import locks
-- its campaign's row of the first until its commit, and a stop needs that of the second. Neither is touched by a claim, a
-- dial or the end of a dialled call. Lock order: calls, batches, campaign_taken, lines.
-- All locks first, in the order of the readers: what is counted below does not change until the triggers are there.
LOCK TABLE campaigns IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE candidates, retell_batch_calls, retell_calls IN ACCESS EXCLUSIVE MODE;

CREATE TABLE campaign_people (
  campaign_id uuid NOT NULL,
  -- All rows of candidates, deleted ones included.
  everybody integer NOT NULL DEFAULT 0,
  CONSTRAINT campaign_people_pkey PRIMARY KEY (campaign_id),
  CONSTRAINT campaign_people_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON UPDATE CASCADE ON DELETE CASCADE
) WITH (fillfactor=50);
CREATE TABLE campaign_taken (
  campaign_id uuid NOT NULL,
  -- Candidates with a taken call: taken calls that are not `again`.
  taken integer NOT NULL DEFAULT 0,
  -- Taken calls that are `again`: only where there are some does the end of one hand its place to another.
  repeats integer NOT NULL DEFAULT 0,
  -- How often a call turned out to be taken that was not. A launch that sees another number behind its INSERT than before
  -- has decided by what is no longer true, and begins anew.
  turned_up integer NOT NULL DEFAULT 0,
  CONSTRAINT campaign_taken_pkey PRIMARY KEY (campaign_id),
  CONSTRAINT campaign_taken_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON UPDATE CASCADE ON DELETE CASCADE
) WITH (fillfactor=50);

-- Of a candidate's taken calls exactly one is not `again`; it counts for the candidate. NULL: not taken, or still to be
-- decided by the books. A launch says it, so that a flip looks up nobody.
ALTER TABLE retell_calls ADD COLUMN again boolean;
-- Calls that are `again` are few.
CREATE INDEX retell_calls_again ON retell_calls (candidate_id) WHERE again;
-- The order of a campaign's candidates in lists, whole.
DROP INDEX candidates_campaign_id_ordinal_idx;
CREATE INDEX candidates_campaign_id_ordinal_id_idx ON candidates (campaign_id, ordinal, id);
-- It was for counting; a launch looks along its campaign's batches.
DROP INDEX retell_calls_dialed;
-- A call that was not placed needs no entry.
DROP INDEX retell_calls_retell_call_id_key;
CREATE UNIQUE INDEX retell_calls_retell_call_id ON retell_calls (retell_call_id) WHERE retell_call_id IS NOT NULL;
-- The batches that have just ended, which pages still show.
CREATE INDEX retell_batch_calls_completed_at_idx ON retell_batch_calls (completed_at);
ALTER TABLE retell_calls DISABLE TRIGGER USER;
UPDATE retell_calls c SET again = first.id <> c.id
FROM (
  SELECT DISTINCT ON (candidate_id) candidate_id, id FROM retell_calls
  WHERE placed <> 'no' OR call_status IN ('pending', 'in_progress') ORDER BY candidate_id, created_at, id
) first
WHERE c.candidate_id = first.candidate_id AND (c.placed <> 'no' OR c.call_status IN ('pending', 'in_progress'));
ALTER TABLE retell_calls ENABLE TRIGGER USER;
INSERT INTO campaign_people SELECT g.id, count(d.id) FROM campaigns g LEFT JOIN candidates d ON d.campaign_id = g.id GROUP BY g.id;
INSERT INTO campaign_taken
SELECT g.id, count(c.id) FILTER (WHERE NOT c.again), count(c.id) FILTER (WHERE c.again)
FROM campaigns g LEFT JOIN retell_calls c ON c.campaign_id = g.id GROUP BY g.id;

CREATE FUNCTION open_campaign_counters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_people (campaign_id) VALUES (NEW.id);
  INSERT INTO campaign_taken (campaign_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER open_campaign_counters AFTER INSERT ON campaigns FOR EACH ROW EXECUTE FUNCTION open_campaign_counters();

CREATE FUNCTION count_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    FOR moved IN SELECT campaign_id, count(*)::int AS n FROM new_rows GROUP BY campaign_id ORDER BY campaign_id LOOP
      UPDATE campaign_people SET everybody = everybody + moved.n WHERE campaign_id = moved.campaign_id;
    END LOOP;
  ELSE
    FOR moved IN SELECT campaign_id, count(*)::int AS n FROM old_rows GROUP BY campaign_id ORDER BY campaign_id LOOP
      UPDATE campaign_people SET everybody = everybody - moved.n WHERE campaign_id = moved.campaign_id;
    END LOOP;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_people_insert AFTER INSERT ON candidates REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_people();
CREATE TRIGGER count_people_delete AFTER DELETE ON candidates REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_people();

-- By hand only: the product moves nobody to another campaign.
CREATE FUNCTION move_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE campaign_people SET everybody = everybody + CASE campaign_id WHEN NEW.campaign_id THEN 1 ELSE -1 END
  WHERE campaign_id IN (OLD.campaign_id, NEW.campaign_id);
  RETURN NULL;
END $$;
CREATE TRIGGER move_person AFTER UPDATE OF campaign_id ON candidates FOR EACH ROW
  WHEN (old.campaign_id <> new.campaign_id) EXECUTE FUNCTION move_person();

-- The rows that count for a campaign name it.
CREATE FUNCTION keep_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a campaign keeps its id; make another' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_id BEFORE UPDATE OF id ON campaigns FOR EACH ROW WHEN (old.id <> new.id) EXECUTE FUNCTION keep_id();

-- Also clears `again` where a call is no longer taken.
CREATE OR REPLACE FUNCTION tie_call_cancelled_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.call_status = 'failed' AND NEW.error_message = 'Batch cancelled by user' THEN
    NEW.cancelled_at := coalesce(NEW.cancelled_at, clock_timestamp());
  ELSE
    NEW.cancelled_at := NULL;
  END IF;
  IF NEW.call_status IN ('completed', 'failed') AND NEW.placed = 'no' THEN
    NEW.again := NULL;
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION tie_call_cancelled_at() RENAME TO tie_ended_call;
DROP TRIGGER tie_cancelled_at ON retell_calls;
CREATE TRIGGER tie_ended_call BEFORE INSERT OR UPDATE ON retell_calls FOR EACH ROW
  WHEN (new.call_status = 'failed' OR new.cancelled_at IS NOT NULL OR new.call_status = 'completed' AND new.placed = 'no')
  EXECUTE FUNCTION tie_ended_call();

-- By hand only: a call that becomes another person's is decided anew.
CREATE FUNCTION decide_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.again := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER decide_anew BEFORE UPDATE OF candidate_id, campaign_id ON retell_calls FOR EACH ROW
  WHEN (old.candidate_id <> new.candidate_id OR old.campaign_id <> new.campaign_id) EXECUTE FUNCTION decide_anew();

-- Counts what changed of a campaign's taken calls. `undecided` are taken calls of which `again` is not known, because evidence
-- says that they were placed after all, or because they come from psql: they are looked at with the counters locked, so that no
-- stop takes a call away unseen; a launch that decides meanwhile begins anew. `gone` are candidates whose counted call may no
-- longer be taken: if another call of theirs is, that one counts. What this writes to calls comes here again, by the books.
CREATE FUNCTION post_to_campaign(campaign uuid, firsts integer, more integer, gone uuid[], undecided uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  others integer;
BEGIN
  IF undecided IS NOT NULL THEN
    UPDATE campaign_taken SET turned_up = turned_up + 1 WHERE campaign_id = campaign;
    UPDATE retell_calls c SET again = decided.again
    FROM (
      SELECT u.id, row_number() OVER (PARTITION BY u.candidate_id ORDER BY u.id) > 1
        OR EXISTS (SELECT FROM retell_calls other WHERE other.candidate_id = u.candidate_id AND other.campaign_id = campaign AND NOT other.again) AS again
      FROM retell_calls u WHERE u.id = ANY (undecided)
    ) decided
    WHERE c.id = decided.id;
  END IF;
  IF firsts = 0 AND more = 0 AND gone IS NULL THEN
    RETURN;
  END IF;
  UPDATE campaign_taken SET taken = taken + firsts, repeats = repeats + more WHERE campaign_id = campaign RETURNING repeats INTO others;
  IF others > 0 AND gone IS NOT NULL THEN
    UPDATE retell_calls SET again = false WHERE id IN (
      SELECT DISTINCT ON (c.candidate_id) c.id FROM retell_calls c
      WHERE c.campaign_id = campaign AND c.again AND c.candidate_id = ANY (gone)
        AND NOT EXISTS (SELECT FROM retell_calls other WHERE other.candidate_id = c.candidate_id AND other.campaign_id = campaign AND NOT other.again)
      ORDER BY c.candidate_id, c.id);
  END IF;
END $$;

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
  FOR moved IN
    SELECT campaign_id, (count(*) FILTER (WHERE NOT again))::int AS firsts, (count(*) FILTER (WHERE again))::int AS more,
      -- Those whose counted call may have gone since their launch looked.
      array_agg(candidate_id) FILTER (WHERE again) AS gone,
      array_agg(id) FILTER (WHERE again IS NULL AND (placed <> 'no' OR call_status IN ('pending', 'in_progress'))) AS undecided
    FROM new_rows GROUP BY campaign_id ORDER BY campaign_id
  LOOP
    PERFORM post_to_campaign(moved.campaign_id, moved.firsts, moved.more, moved.gone, moved.undecided);
  END LOOP;
  IF live <> 0 THEN
    UPDATE lines SET in_use = in_use + live;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION keep_books_delete() RETURNS trigger LANGUAGE plpgsql AS $$
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
  FOR moved IN
    SELECT campaign_id, -(count(*) FILTER (WHERE NOT again))::int AS firsts, -(count(*) FILTER (WHERE again))::int AS more,
      array_agg(candidate_id) FILTER (WHERE NOT again) AS gone
    FROM old_rows GROUP BY campaign_id ORDER BY campaign_id
  LOOP
    PERFORM post_to_campaign(moved.campaign_id, moved.firsts, moved.more, moved.gone, NULL);
  END LOOP;
  IF live <> 0 THEN
    UPDATE lines SET in_use = in_use + live;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION keep_books_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved record;
  live integer := 0;
  returned boolean := false;
  turned boolean := false;
BEGIN
  FOR moved IN
    SELECT batch_id, sum(n)::int AS rows_added,
      sum(n * (call_status = 'completed')::int)::int AS completed,
      sum(n * (call_status = 'failed')::int)::int AS failed,
      sum(n * (cancelled_at IS NOT NULL)::int)::int AS cancelled,
      sum(n * (call_status = 'in_progress')::int)::int AS live,
      sum(n * (call_status = 'pending')::int)::int AS pending,
      bool_or(n = 1 AND call_status IN ('completed', 'failed') AND cancelled_at IS NULL) AS ended,
      sum(n * (again IS NOT NULL)::int) <> 0 OR sum(n * (again IS TRUE)::int) <> 0 OR bool_or(n = 1 AND undecided) AS turned
    FROM (
      SELECT batch_id, call_status, cancelled_at, again,
        again IS NULL AND (placed <> 'no' OR call_status IN ('pending', 'in_progress')) AS undecided, 1 AS n FROM new_rows
      UNION ALL SELECT batch_id, call_status, cancelled_at, again, false, -1 FROM old_rows
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
    turned := turned OR moved.turned;
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
  IF turned THEN
    FOR moved IN
      SELECT campaign_id, sum(n * (again IS FALSE)::int)::int AS firsts, sum(n * (again IS TRUE)::int)::int AS more,
        array_agg(candidate_id) FILTER (WHERE n = -1 AND again IS FALSE) AS gone,
        array_agg(id) FILTER (WHERE n = 1 AND again IS NULL AND (placed <> 'no' OR call_status IN ('pending', 'in_progress'))) AS undecided
      FROM (
        SELECT id, campaign_id, candidate_id, call_status, placed, again, 1 AS n FROM new_rows
        UNION ALL SELECT id, campaign_id, candidate_id, call_status, placed, again, -1 FROM old_rows
      ) changed GROUP BY campaign_id ORDER BY campaign_id
    LOOP
      PERFORM post_to_campaign(moved.campaign_id, moved.firsts, moved.more, moved.gone, moved.undecided);
    END LOOP;
  END IF;
  IF live <> 0 THEN
    UPDATE lines SET in_use = in_use + live;
  END IF;
  RETURN NULL;
END $$;

-- A call leaves three dead versions behind, a million calls three million: vacuumed and counted after a fiftieth of the
-- table, not a fifth. Rows that every claim or end changes are vacuumed whenever autovacuum looks.
ALTER TABLE retell_calls SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE webhook_deliveries SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE lines SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE retell_batch_calls SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
