import pg from "pg";

const ignore = () => undefined; // PostgreSQL goes away here; whoever failed to reach it tries again

/** Statements by hand, wherever the database is at the moment: a PostgreSQL that was restarted has another address. */
export function openSql(databaseUrl: () => string) {
  let pool: { url: string; pool: pg.Pool } | null = null;
  return {
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> => {
      const url = databaseUrl();
      if (pool?.url !== url) {
        void pool?.pool.end().catch(ignore);
        pool = { url, pool: new pg.Pool({ connectionString: url, max: 2, application_name: "chaos" }) };
        pool.pool.on("error", ignore);
      }
      return (await pool.pool.query<Row>(text, values)).rows;
    },
    close: async (): Promise<void> => {
      await pool?.pool.end().catch(ignore);
    },
  };
}
