-- What the migrations make, to be read: types, tables with their constraints, indexes and triggers, views, functions.
-- `npm run schema` writes this file, and a test compares it with the migrations. A change is a new migration.

CREATE TYPE batch_status AS ENUM ('in_progress', 'completed', 'cancelled');
CREATE TYPE call_placed AS ENUM ('no', 'yes', 'unknown');
CREATE TYPE call_status AS ENUM ('pending', 'in_progress', 'completed', 'failed');
CREATE TYPE campaign_status AS ENUM ('active', 'paused');
CREATE TYPE key_role AS ENUM ('viewer', 'operator', 'admin');

CREATE TABLE api_keys (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  role key_role NOT NULL,
  prefix text NOT NULL,
  digest bytea NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  created_by text NOT NULL,
  expires_at timestamp(3) with time zone,
  last_used_at timestamp(3) with time zone,
  CONSTRAINT api_keys_pkey PRIMARY KEY (id)
);
CREATE INDEX api_keys_created_at_id_idx ON api_keys (created_at, id);
CREATE UNIQUE INDEX api_keys_digest_key ON api_keys (digest);

CREATE TABLE audit (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  action text NOT NULL,
  campaign_id uuid,
  batch_id uuid,
  detail jsonb NOT NULL,
  CONSTRAINT audit_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_at_id_idx ON audit (at, id);
CREATE INDEX audit_campaign_id_at_idx ON audit (campaign_id, at);

CREATE TABLE campaign_people (
  campaign_id uuid NOT NULL,
  everybody integer NOT NULL DEFAULT 0,
  CONSTRAINT campaign_people_pkey PRIMARY KEY (campaign_id),
  CONSTRAINT campaign_people_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON UPDATE CASCADE ON DELETE CASCADE
) WITH (fillfactor=50);

CREATE TABLE campaign_taken (
  campaign_id uuid NOT NULL,
  taken integer NOT NULL DEFAULT 0,
  repeats integer NOT NULL DEFAULT 0,
  turned_up integer NOT NULL DEFAULT 0,
  CONSTRAINT campaign_taken_pkey PRIMARY KEY (campaign_id),
  CONSTRAINT campaign_taken_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON UPDATE CASCADE ON DELETE CASCADE
) WITH (fillfactor=50);

CREATE TABLE campaigns (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  status campaign_status NOT NULL DEFAULT 'active'::campaign_status,
  agent_id text,
  from_number text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  archived_at timestamp(3) with time zone,
  held_at timestamp(3) with time zone,
  held_by text,
  held_reason text,
  CONSTRAINT campaigns_pkey PRIMARY KEY (id),
  CONSTRAINT campaigns_held_check CHECK (held_at IS NOT NULL OR held_by IS NULL AND held_reason IS NULL)
);
CREATE INDEX campaigns_created_at_id_idx ON campaigns (created_at, id);
CREATE TRIGGER keep_id BEFORE UPDATE OF id ON campaigns FOR EACH ROW WHEN (old.id <> new.id) EXECUTE FUNCTION keep_id();
CREATE TRIGGER note_event AFTER UPDATE OF status ON campaigns FOR EACH ROW WHEN (old.status = 'active'::campaign_status AND new.status = 'paused'::campaign_status) EXECUTE FUNCTION note_campaign_event();
CREATE TRIGGER open_campaign_counters AFTER INSERT ON campaigns FOR EACH ROW EXECUTE FUNCTION open_campaign_counters();

CREATE TABLE candidates (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  campaign_id uuid NOT NULL,
  ordinal bigint NOT NULL DEFAULT nextval('candidates_ordinal_seq'::regclass),
  phone_number text NOT NULL,
  name text,
  external_id text,
  dynamic_variables jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  deleted_at timestamp(3) with time zone,
  CONSTRAINT candidates_pkey PRIMARY KEY (id),
  CONSTRAINT candidates_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON UPDATE CASCADE ON DELETE RESTRICT
);
CREATE INDEX candidates_campaign_id_ordinal_id_idx ON candidates (campaign_id, ordinal, id);
CREATE UNIQUE INDEX candidates_campaign_id_phone_number_key ON candidates (campaign_id, phone_number);
CREATE INDEX candidates_deleted ON candidates (campaign_id) WHERE deleted_at IS NOT NULL;
CREATE TRIGGER count_people_delete AFTER DELETE ON candidates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_people();
CREATE TRIGGER count_people_insert AFTER INSERT ON candidates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_people();
CREATE TRIGGER move_person AFTER UPDATE OF campaign_id ON candidates FOR EACH ROW WHEN (old.campaign_id <> new.campaign_id) EXECUTE FUNCTION move_person();

CREATE TABLE do_not_call (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  phone_number text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  created_by text NOT NULL,
  CONSTRAINT do_not_call_pkey PRIMARY KEY (id)
);
CREATE INDEX do_not_call_created_at_id_idx ON do_not_call (created_at, id);
CREATE UNIQUE INDEX do_not_call_phone_number_key ON do_not_call (phone_number);

CREATE TABLE idempotency_keys (
  owner text NOT NULL,
  key text NOT NULL,
  request bytea NOT NULL,
  status smallint NOT NULL,
  location text,
  body text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

CREATE TABLE lines (
  id boolean NOT NULL DEFAULT true,
  line_limit integer NOT NULL DEFAULT 5,
  in_use integer NOT NULL DEFAULT 0,
  calls_per_second double precision NOT NULL DEFAULT 1,
  next_dial_at timestamp(6) with time zone NOT NULL DEFAULT clock_timestamp(),
  slowed_at timestamp(6) with time zone,
  slow_step integer NOT NULL DEFAULT 0,
  held_reason text,
  held_since timestamp(3) with time zone,
  probe_at timestamp(3) with time zone,
  probe_step integer NOT NULL DEFAULT 0,
  probe_open boolean NOT NULL DEFAULT false,
  turn_now bigint NOT NULL DEFAULT 0,
  turn_origin bigint NOT NULL DEFAULT 0,
  configured boolean NOT NULL DEFAULT false,
  held_kind text,
  lifted_at timestamp(6) with time zone,
  unknown_in_a_row integer NOT NULL DEFAULT 0,
  refused_in_a_row integer NOT NULL DEFAULT 0,
  last_refusal text,
  probe_call_id uuid,
  last_dial_at timestamp(6) with time zone,
  lifted_by text,
  CONSTRAINT lines_pkey PRIMARY KEY (id),
  CONSTRAINT lines_calls_per_second_check CHECK (calls_per_second >= 0::double precision AND calls_per_second < 'Infinity'::double precision),
  CONSTRAINT lines_held_check CHECK ((held_reason IS NULL) = (held_since IS NULL)),
  CONSTRAINT lines_held_kind_check CHECK (held_kind = ANY (ARRAY['barred'::text, 'account'::text, 'refused'::text, 'unknown'::text])),
  CONSTRAINT lines_id_check CHECK (id),
  CONSTRAINT lines_in_use_check CHECK (in_use >= 0),
  CONSTRAINT lines_line_limit_check CHECK (line_limit >= 1 AND line_limit <= 10000)
) WITH (fillfactor=10, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=1000);
CREATE TRIGGER lines_note_hold AFTER UPDATE OF held_reason ON lines FOR EACH ROW WHEN (old.held_reason IS DISTINCT FROM new.held_reason) EXECUTE FUNCTION note_hold();

CREATE TABLE retell_batch_calls (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  campaign_id uuid NOT NULL,
  status batch_status NOT NULL DEFAULT 'in_progress'::batch_status,
  total_candidates integer NOT NULL DEFAULT 0,
  completed_calls integer NOT NULL DEFAULT 0,
  failed_calls integer NOT NULL DEFAULT 0,
  cancelled_calls integer NOT NULL DEFAULT 0,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  completed_at timestamp(3) with time zone,
  cancelled_at timestamp(3) with time zone,
  enqueued_through bigint NOT NULL DEFAULT 0,
  enqueued_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  held_at timestamp(3) with time zone,
  held_by text,
  held_reason text,
  CONSTRAINT retell_batch_calls_pkey PRIMARY KEY (id),
  CONSTRAINT retell_batch_calls_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaigns(id) ON UPDATE CASCADE ON DELETE RESTRICT,
  CONSTRAINT retell_batch_calls_cancelled_at_check CHECK ((status = 'cancelled'::batch_status) = (cancelled_at IS NOT NULL)),
  CONSTRAINT retell_batch_calls_counters_check CHECK (completed_calls >= 0 AND cancelled_calls >= 0 AND cancelled_calls <= failed_calls AND (completed_calls + failed_calls) <= total_candidates),
  CONSTRAINT retell_batch_calls_held_check CHECK (held_at IS NOT NULL AND status = 'in_progress'::batch_status OR held_at IS NULL AND held_by IS NULL AND held_reason IS NULL)
) WITH (fillfactor=50, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=1000);
CREATE INDEX retell_batch_calls_campaign_id_created_at_id_idx ON retell_batch_calls (campaign_id, created_at, id);
CREATE INDEX retell_batch_calls_completed_at_idx ON retell_batch_calls (completed_at);
CREATE INDEX retell_batch_calls_created_at_id_idx ON retell_batch_calls (created_at, id);
CREATE UNIQUE INDEX retell_batch_calls_id_campaign_id_key ON retell_batch_calls (id, campaign_id);
CREATE INDEX retell_batch_calls_unfinished ON retell_batch_calls (id) WHERE completed_at IS NULL;
CREATE TRIGGER note_event AFTER UPDATE OF status ON retell_batch_calls FOR EACH ROW WHEN (old.status <> new.status AND (new.status = ANY (ARRAY['completed'::batch_status, 'cancelled'::batch_status]))) EXECUTE FUNCTION note_batch_event();
CREATE TRIGGER tie_cancelled_at BEFORE INSERT OR UPDATE OF status, cancelled_at ON retell_batch_calls FOR EACH ROW EXECUTE FUNCTION tie_batch_cancelled_at();

CREATE TABLE retell_calls (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  campaign_id uuid NOT NULL,
  batch_id uuid NOT NULL,
  candidate_id uuid NOT NULL,
  phone_number text NOT NULL,
  call_status call_status NOT NULL DEFAULT 'pending'::call_status,
  retell_call_id text,
  error_message text,
  disconnection_reason text,
  placed call_placed NOT NULL DEFAULT 'no'::call_placed,
  claim_no integer NOT NULL DEFAULT 0,
  turn bigint NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  claimed_at timestamp(6) with time zone,
  dialed_at timestamp(6) with time zone,
  started_at timestamp(3) with time zone,
  ended_at timestamp(3) with time zone,
  duration_ms integer,
  cancelled_at timestamp(6) with time zone,
  news_at timestamp(3) with time zone,
  recording_url text,
  analysis jsonb,
  claimed_by uuid,
  asked_at timestamp(3) with time zone,
  missing_since timestamp(3) with time zone,
  missing_times smallint NOT NULL DEFAULT 0,
  again boolean,
  CONSTRAINT retell_calls_pkey PRIMARY KEY (id),
  CONSTRAINT retell_calls_batch_id_campaign_id_fkey FOREIGN KEY (batch_id, campaign_id) REFERENCES retell_batch_calls(id, campaign_id) ON UPDATE CASCADE ON DELETE RESTRICT,
  CONSTRAINT retell_calls_candidate_id_fkey FOREIGN KEY (candidate_id) REFERENCES candidates(id) ON UPDATE CASCADE ON DELETE RESTRICT,
  CONSTRAINT retell_calls_pending_check CHECK (call_status <> 'pending'::call_status OR placed = 'no'::call_placed AND retell_call_id IS NULL)
) WITH (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX retell_calls_again ON retell_calls (candidate_id) WHERE again;
CREATE UNIQUE INDEX retell_calls_batch_id_turn_key ON retell_calls (batch_id, turn);
CREATE INDEX retell_calls_cancelled ON retell_calls (batch_id, cancelled_at, turn) WHERE call_status = 'failed'::call_status AND error_message = 'Batch cancelled by user'::text;
CREATE INDEX retell_calls_candidate_id_created_at_idx ON retell_calls (candidate_id, created_at);
CREATE INDEX retell_calls_given_up ON retell_calls (ended_at) WHERE call_status = 'failed'::call_status AND placed <> 'no'::call_placed AND disconnection_reason IS NULL;
CREATE INDEX retell_calls_live ON retell_calls (news_at) WHERE call_status = 'in_progress'::call_status;
CREATE INDEX retell_calls_not_to_call ON retell_calls (campaign_id, candidate_id) WHERE call_status = 'failed'::call_status AND error_message = 'On the do-not-call list'::text;
CREATE UNIQUE INDEX retell_calls_one_unfinished ON retell_calls (candidate_id) WHERE call_status = ANY (ARRAY['pending'::call_status, 'in_progress'::call_status]);
CREATE UNIQUE INDEX retell_calls_retell_call_id ON retell_calls (retell_call_id) WHERE retell_call_id IS NOT NULL;
CREATE INDEX retell_calls_unanswered ON retell_calls (claimed_at) WHERE call_status = 'in_progress'::call_status AND dialed_at IS NULL;
CREATE INDEX retell_calls_unfinished ON retell_calls (call_status, batch_id, turn) WHERE call_status = ANY (ARRAY['pending'::call_status, 'in_progress'::call_status]);
CREATE TRIGGER decide_anew BEFORE UPDATE OF candidate_id, campaign_id ON retell_calls FOR EACH ROW WHEN (old.candidate_id <> new.candidate_id OR old.campaign_id <> new.campaign_id) EXECUTE FUNCTION decide_anew();
CREATE TRIGGER keep_books_delete AFTER DELETE ON retell_calls REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_books_delete();
CREATE TRIGGER keep_books_insert AFTER INSERT ON retell_calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_books_insert();
CREATE TRIGGER keep_books_update AFTER UPDATE ON retell_calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_books_update();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON retell_calls FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER tie_ended_call BEFORE INSERT OR UPDATE ON retell_calls FOR EACH ROW WHEN (new.call_status = 'failed'::call_status OR new.cancelled_at IS NOT NULL OR new.call_status = 'completed'::call_status AND new.placed = 'no'::call_placed) EXECUTE FUNCTION tie_ended_call();

CREATE TABLE sessions (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  key_id uuid,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamp(3) with time zone NOT NULL,
  CONSTRAINT sessions_pkey PRIMARY KEY (id),
  CONSTRAINT sessions_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys(id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
CREATE INDEX sessions_key_id_idx ON sessions (key_id);

CREATE TABLE sign_in_links (
  digest bytea NOT NULL,
  expires_at timestamp(3) with time zone NOT NULL,
  CONSTRAINT sign_in_links_pkey PRIMARY KEY (digest)
);

CREATE TABLE sweep_steps (
  step text NOT NULL,
  ran_at timestamp(3) with time zone NOT NULL,
  duration_ms double precision NOT NULL,
  repairs bigint NOT NULL DEFAULT 0,
  CONSTRAINT sweep_steps_pkey PRIMARY KEY (step)
);

CREATE TABLE webhook_deliveries (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  webhook_id uuid NOT NULL,
  event_id uuid NOT NULL,
  lane uuid NOT NULL,
  seq bigint NOT NULL,
  status text NOT NULL DEFAULT 'pending'::text,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  since timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  attempted_at timestamp(3) with time zone,
  response_status integer,
  duration_ms integer,
  error text,
  campaign_id uuid,
  batch_id uuid,
  failing_since timestamp(3) with time zone,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES webhook_events(id) ON DELETE CASCADE,
  CONSTRAINT webhook_deliveries_status_check CHECK (status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))
) WITH (autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'pending'::text;
CREATE INDEX webhook_deliveries_event_id_idx ON webhook_deliveries (event_id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id) WHERE status = 'failed'::text;
CREATE INDEX webhook_deliveries_gate ON webhook_deliveries (webhook_id, campaign_id, batch_id, seq) WHERE status = 'pending'::text AND campaign_id IS NOT NULL;
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (webhook_id, lane, seq) WHERE status = 'pending'::text;

CREATE TABLE webhook_events (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  type text NOT NULL,
  campaign_id uuid NOT NULL,
  batch_id uuid,
  at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  seq bigint DEFAULT nextval('webhook_events_seq'::regclass),
  data jsonb,
  CONSTRAINT webhook_events_pkey PRIMARY KEY (id)
);
CREATE INDEX webhook_events_at_idx ON webhook_events (at);
CREATE INDEX webhook_events_untold ON webhook_events (batch_id, campaign_id) WHERE data IS NULL;
CREATE TRIGGER fan_out_insert AFTER INSERT ON webhook_events REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION fan_out_events();
CREATE TRIGGER fan_out_update AFTER UPDATE ON webhook_events REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION fan_out_events();

CREATE TABLE webhooks (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  url text NOT NULL,
  events text[] NOT NULL,
  secret text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  created_by text NOT NULL,
  CONSTRAINT webhooks_pkey PRIMARY KEY (id)
);
CREATE INDEX webhooks_created_at_id_idx ON webhooks (created_at, id);

CREATE TABLE workers (
  id uuid NOT NULL,
  version text NOT NULL,
  started_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  beat_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  runs_held integer NOT NULL,
  last_claim_at timestamp(3) with time zone,
  CONSTRAINT workers_pkey PRIMARY KEY (id)
);

CREATE VIEW batch_view AS
 SELECT b.id, b.campaign_id, b.status, b.total_candidates,
    b.total_candidates - b.completed_calls - b.failed_calls - live.in_progress_calls AS pending_calls,
    live.in_progress_calls, b.completed_calls, b.failed_calls, b.cancelled_calls, b.created_at, b.completed_at,
    b.cancelled_at, b.held_at, b.held_by, b.held_reason
   FROM retell_batch_calls b,
    LATERAL ( SELECT count(*)::integer AS in_progress_calls
           FROM retell_calls c
          WHERE c.batch_id = b.id AND c.call_status = 'in_progress'::call_status) live;

CREATE VIEW call_view AS
 SELECT c.id, c.batch_id, c.campaign_id, c.candidate_id, c.phone_number, d.name, c.call_status, c.placed,
    c.retell_call_id, c.error_message, c.disconnection_reason, c.created_at, c.claimed_at, c.dialed_at, c.started_at,
    c.ended_at, c.duration_ms, c.cancelled_at, c.recording_url, c.analysis, c.turn
   FROM retell_calls c
     JOIN candidates d ON d.id = c.candidate_id;

CREATE FUNCTION batch_json(batch uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  SELECT to_jsonb(v) || jsonb_build_object('created_at', iso(v.created_at), 'completed_at', iso(v.completed_at),
    'cancelled_at', iso(v.cancelled_at), 'held_at', iso(v.held_at))
  FROM batch_view v WHERE v.id = batch;
$function$;

CREATE FUNCTION call_json(call_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  SELECT (to_jsonb(v) - 'turn') || jsonb_build_object('created_at', iso(v.created_at), 'claimed_at', iso(v.claimed_at),
    'dialed_at', iso(v.dialed_at), 'started_at', iso(v.started_at), 'ended_at', iso(v.ended_at), 'cancelled_at', iso(v.cancelled_at))
  FROM call_view v WHERE v.id = call_id;
$function$;

CREATE FUNCTION count_people()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE FUNCTION decide_anew()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.again := NULL;
  RETURN NEW;
END $function$;

CREATE FUNCTION dial_bar(number text, batch uuid)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('do-not-call', 0));
  RETURN CASE
    WHEN EXISTS (SELECT FROM do_not_call WHERE phone_number = number) THEN 'listed'
    WHEN EXISTS (
      SELECT FROM retell_batch_calls b JOIN campaigns g ON g.id = b.campaign_id
      WHERE b.id = batch AND (b.held_at IS NOT NULL OR g.held_at IS NOT NULL)
    ) THEN 'held'
  END;
END $function$;

CREATE FUNCTION fan_out_events()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO webhook_deliveries (webhook_id, event_id, lane, seq, campaign_id, batch_id)
  SELECT w.id, e.id, CASE WHEN call THEN (e.data ->> 'id')::uuid ELSE coalesce(e.batch_id, e.campaign_id) END, e.seq,
    CASE WHEN call THEN e.campaign_id END, CASE WHEN call THEN e.batch_id END
  FROM new_rows e, LATERAL (SELECT e.type IN ('call.completed', 'call.failed') AS call) kind, webhooks w
  WHERE e.type = ANY (w.events) AND e.data IS NOT NULL;
  RETURN NULL;
END $function$;

CREATE FUNCTION iso(at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$function$;

CREATE FUNCTION keep_books_delete()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE FUNCTION keep_books_insert()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE FUNCTION keep_books_update()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE FUNCTION keep_id()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'a campaign keeps its id; make another' USING ERRCODE = 'restrict_violation';
END $function$;

CREATE FUNCTION move_person()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE campaign_people SET everybody = everybody + CASE campaign_id WHEN NEW.campaign_id THEN 1 ELSE -1 END
  WHERE campaign_id IN (OLD.campaign_id, NEW.campaign_id);
  RETURN NULL;
END $function$;

CREATE FUNCTION note_batch_event()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE FUNCTION note_campaign_event()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF EXISTS (SELECT FROM webhooks WHERE 'campaign.stopped' = ANY (events)) THEN
    INSERT INTO webhook_events (type, campaign_id, seq) VALUES ('campaign.stopped', NEW.id, NULL);
  END IF;
  RETURN NULL;
END $function$;

CREATE FUNCTION note_hold()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NEW.held_reason IS NULL THEN
    INSERT INTO audit (actor, action, detail)
    VALUES (coalesce(NEW.lifted_by, 'ringfence'), 'lines.resume', jsonb_build_object('reason', OLD.held_reason));
  ELSE
    INSERT INTO audit (actor, action, detail) VALUES ('ringfence', 'lines.hold', jsonb_build_object('reason', NEW.held_reason));
  END IF;
  RETURN NULL;
END $function$;

CREATE FUNCTION open_campaign_counters()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO campaign_people (campaign_id) VALUES (NEW.id);
  INSERT INTO campaign_taken (campaign_id) VALUES (NEW.id);
  RETURN NULL;
END $function$;

CREATE FUNCTION post_to_batch(batch uuid, rows_added integer, completed integer, failed integer, cancelled integer)
 RETURNS void
 LANGUAGE sql
AS $function$
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
$function$;

CREATE FUNCTION post_to_campaign(campaign uuid, firsts integer, more integer, gone uuid[], undecided uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE FUNCTION refuse_truncate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'retell_calls cannot be truncated: its counters would not follow; use DELETE' USING ERRCODE = 'restrict_violation';
END $function$;

CREATE FUNCTION tie_batch_cancelled_at()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE FUNCTION tie_ended_call()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;
