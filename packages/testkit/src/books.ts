/** Whatever is wrong with the books of a database: each row names an invariant and what broke it. None is the only right answer. */
export const brokenBooks = (world: { sql: (text: string) => Promise<object[]> }): Promise<object[]> =>
  world.sql(`
    SELECT 'batch counters are not its rows' AS broken, b.id::text, to_jsonb(b) AS stored FROM retell_batch_calls b
    LEFT JOIN LATERAL (
      SELECT count(*) AS total, count(*) FILTER (WHERE call_status = 'completed') AS completed,
        count(*) FILTER (WHERE call_status = 'failed') AS failed, count(*) FILTER (WHERE cancelled_at IS NOT NULL) AS cancelled,
        count(*) FILTER (WHERE call_status IN ('pending', 'in_progress')) AS unfinished
      FROM retell_calls c WHERE c.batch_id = b.id) counted ON true
    WHERE (b.total_candidates, b.completed_calls, b.failed_calls, b.cancelled_calls)
        <> (counted.total, counted.completed, counted.failed, counted.cancelled)
      OR (b.completed_at IS NOT NULL) <> (counted.unfinished = 0)
      OR (b.status = 'in_progress' AND counted.unfinished = 0)
    UNION ALL
    SELECT 'lines.in_use is not the rows in progress', '', to_jsonb(l) FROM lines l
    WHERE l.in_use <> (SELECT count(*) FROM retell_calls WHERE call_status = 'in_progress')
    UNION ALL
    SELECT 'a cancelled batch has a pending row', c.id::text, to_jsonb(c) FROM retell_calls c JOIN retell_batch_calls b ON b.id = c.batch_id
    WHERE c.call_status = 'pending' AND b.status = 'cancelled'
    UNION ALL
    SELECT 'a candidate has two unfinished calls', candidate_id::text, NULL FROM retell_calls
    WHERE call_status IN ('pending', 'in_progress') GROUP BY candidate_id HAVING count(*) > 1`);
