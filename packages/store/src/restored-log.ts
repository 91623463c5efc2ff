import pg from 'pg'

/**
 * After a dump was restored into another server, the events carry transaction ids of the old one, which may be ahead of the new one's: readers
 * would then wait for years. Such events are given one early id, and keep their order by `seq`; so are the readers' places.
 * @returns whether there was anything to do
 */
export async function rebaseRestoredLog(owner: pg.Client, logUrl: string): Promise<boolean> {
  const log = new pg.Client({ connectionString: logUrl })
  await log.connect()
  const { rows } = await log
    .query<{ ahead: boolean }>(
      'SELECT coalesce(max(xid) >= pg_snapshot_xmax(pg_current_snapshot()), false) AS ahead FROM event',
    )
    .finally(() => log.end())
  if (!rows[0]?.ahead) return false
  // The owner is bound by row-level security too; for the length of this transaction it is not.
  await owner.query(`BEGIN;
    ALTER TABLE event NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE event_cursor NO FORCE ROW LEVEL SECURITY;
    UPDATE event SET xid = '${EARLY}';
    UPDATE event_cursor SET xid = '${EARLY}';
    ALTER TABLE event FORCE ROW LEVEL SECURITY;
    ALTER TABLE event_cursor FORCE ROW LEVEL SECURITY;
    COMMIT`)
  return true
}

/** The first id that an ordinary transaction can have. */
const EARLY = '3'
