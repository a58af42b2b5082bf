-- What a stop cancelled in one batch, in the order in which it did: its figures and the removal of its jobs read no more.
DROP INDEX retell_calls_cancelled;
CREATE INDEX retell_calls_cancelled ON retell_calls (batch_id, cancelled_at, turn)
  WHERE call_status = 'failed' AND error_message = 'Batch cancelled by user';
