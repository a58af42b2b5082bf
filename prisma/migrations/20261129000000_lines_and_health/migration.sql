-- The pace counts from the last dial, whatever is changed or lifted meanwhile.
ALTER TABLE lines ADD COLUMN last_dial_at timestamptz(6);
-- Who lifted the last hold by hand; null: it was lifted by itself.
ALTER TABLE lines ADD COLUMN lifted_by text;

-- What holds dialling and what lifts it is in the audit, whoever writes to lines.
CREATE FUNCTION note_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.held_reason IS NULL THEN
    INSERT INTO audit (actor, action, detail)
    VALUES (coalesce(NEW.lifted_by, 'ringfence'), 'lines.resume', jsonb_build_object('reason', OLD.held_reason));
  ELSE
    INSERT INTO audit (actor, action, detail) VALUES ('ringfence', 'lines.hold', jsonb_build_object('reason', NEW.held_reason));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lines_note_hold AFTER UPDATE OF held_reason ON lines FOR EACH ROW
  WHEN (OLD.held_reason IS DISTINCT FROM NEW.held_reason) EXECUTE FUNCTION note_hold();

-- One row a worker that runs, by which everybody knows that somebody dials.
CREATE TABLE workers (
  id uuid PRIMARY KEY,
  version text NOT NULL,
  started_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  beat_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  runs_held integer NOT NULL,
  last_claim_at timestamptz(3)
);

ALTER TABLE campaigns ADD COLUMN archived_at timestamptz(3);
