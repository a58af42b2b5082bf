-- Numbers that are never dialled, in whichever campaign.
CREATE TABLE do_not_call (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  phone_number text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  created_by text NOT NULL
);
CREATE UNIQUE INDEX do_not_call_phone_number_key ON do_not_call (phone_number);
CREATE INDEX do_not_call_created_at_id_idx ON do_not_call (created_at, id);

-- Whether a number is on the list, for a claim. Whoever adds to the list takes the same lock alone as the last thing
-- before the commit: it waits for every claim that has asked before, and whoever asks after it sees the number, because
-- each statement of a volatile function has a snapshot of its own.
CREATE FUNCTION may_not_be_called(number text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('do-not-call', 0));
  RETURN EXISTS (SELECT FROM do_not_call WHERE phone_number = number);
END $$;

-- Whose call the list has stopped: not launched again as long as their number is on it.
CREATE INDEX retell_calls_not_to_call ON retell_calls (campaign_id, candidate_id)
  WHERE call_status = 'failed' AND error_message = 'On the do-not-call list';

-- A deleted candidate who has calls: gone for everybody, but the number stays with its calls, so that the campaign never
-- dials it again as somebody new. Without calls the row itself goes.
ALTER TABLE candidates ADD COLUMN deleted_at timestamptz(3);
CREATE INDEX candidates_deleted ON candidates (campaign_id) WHERE deleted_at IS NOT NULL;
