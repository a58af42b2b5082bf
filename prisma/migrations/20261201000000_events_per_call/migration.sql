-- Events go out in order per call, many calls at a time; a batch's and a campaign's own events come after those of its
-- calls. A delivery of a call's event says which batch and campaign wait for it. Deliveries written before go out one
-- after the other within their batch, as before.
ALTER TABLE webhook_deliveries ADD COLUMN campaign_id uuid, ADD COLUMN batch_id uuid,
  ADD COLUMN failing_since timestamptz(3);

-- What a batch's or campaign's own event waits for.
CREATE INDEX webhook_deliveries_gate ON webhook_deliveries (webhook_id, campaign_id, batch_id, seq)
  WHERE status = 'pending' AND campaign_id IS NOT NULL;
-- What is due at a webhook.
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'pending';

CREATE OR REPLACE FUNCTION fan_out_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (webhook_id, event_id, lane, seq, campaign_id, batch_id)
  SELECT w.id, e.id, CASE WHEN call THEN (e.data ->> 'id')::uuid ELSE coalesce(e.batch_id, e.campaign_id) END, e.seq,
    CASE WHEN call THEN e.campaign_id END, CASE WHEN call THEN e.batch_id END
  FROM new_rows e, LATERAL (SELECT e.type IN ('call.completed', 'call.failed') AS call) kind, webhooks w
  WHERE e.type = ANY (w.events) AND e.data IS NOT NULL;
  RETURN NULL;
END $$;
