/** An invariant that does not hold, and the row that breaks it. */
export interface BrokenBook {
  broken: string;
  id: string;
}

/** Whatever is wrong with the books of a database: each row names an invariant and what broke it. None is the only right answer. */
export const brokenBooks = (world: { sql: (text: string) => Promise<object[]> }): Promise<BrokenBook[]> =>
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
    SELECT 'campaign counters are not its rows', g.id::text, jsonb_build_object('stored', jsonb_build_array(p.everybody, t.taken, t.repeats),
      'counted', to_jsonb(counted)) FROM campaigns g
    LEFT JOIN campaign_people p ON p.campaign_id = g.id LEFT JOIN campaign_taken t ON t.campaign_id = g.id
    LEFT JOIN LATERAL (
      SELECT (SELECT count(*) FROM candidates d WHERE d.campaign_id = g.id) AS everybody,
        count(DISTINCT candidate_id) AS taken, count(*) - count(DISTINCT candidate_id) AS repeats
      FROM retell_calls c WHERE c.campaign_id = g.id AND (placed <> 'no' OR call_status IN ('pending', 'in_progress'))) counted ON true
    WHERE (p.everybody, t.taken, t.repeats) IS DISTINCT FROM (counted.everybody::int, counted.taken::int, counted.repeats::int)
    UNION ALL
    SELECT 'not exactly one of a candidate''s taken calls counts', candidate_id::text, jsonb_agg(again) FROM retell_calls
    GROUP BY campaign_id, candidate_id
    HAVING count(*) FILTER (WHERE again = false) <> (count(*) FILTER (WHERE placed <> 'no' OR call_status IN ('pending', 'in_progress')) > 0)::int
      OR count(*) FILTER (WHERE (again IS NULL) = (placed <> 'no' OR call_status IN ('pending', 'in_progress'))) > 0
    UNION ALL
    SELECT 'lines.in_use is not the rows in progress', '', to_jsonb(l) FROM lines l
    WHERE l.in_use <> (SELECT count(*) FROM retell_calls WHERE call_status = 'in_progress')
    UNION ALL
    SELECT 'a cancelled batch has a pending row', c.id::text, to_jsonb(c) FROM retell_calls c JOIN retell_batch_calls b ON b.id = c.batch_id
    WHERE c.call_status = 'pending' AND b.status = 'cancelled'
    UNION ALL
    SELECT 'a candidate has two unfinished calls', candidate_id::text, NULL FROM retell_calls
    WHERE call_status IN ('pending', 'in_progress') GROUP BY candidate_id HAVING count(*) > 1`) as Promise<
    BrokenBook[]
  >;
