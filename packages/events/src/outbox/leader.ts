import { openSession, type Session, sql } from '@repo/postgres';

/** A leader whose session is idle for this long loses the lead. */
export const LEADER_TIMEOUT_MS = 3_000;

/**
 * The fence: a compacted topic refuses a row that reaches Kafka later than this after it was listed. By then another
 * leader may have published newer rows of the key. It is shorter than the timeout by the greatest difference between the
 * clocks of Postgres and Kafka.
 */
export const LATE_AFTER_MS = LEADER_TIMEOUT_MS - 500;

/** Opens the session of a relay. Postgres ends it, and the lead with it, when the process is frozen. */
export async function openRelaySession(options: { service: string; databaseUrl: string }): Promise<Session> {
  const session = await openSession({
    url: options.databaseUrl,
    name: `${options.service} relay`,
    idleTimeoutMs: LEADER_TIMEOUT_MS,
  });
  // If Postgres crashes before a deletion is on its disk, the event is repeated, and the inboxes recognise it.
  await session.query(sql`set synchronous_commit = off`);
  return session;
}

/** Makes this relay the leader, unless another one leads. The lead lasts as long as the session. */
export async function tryToLead(session: Session): Promise<boolean> {
  const [row] = await session.query(sql<{ leads: boolean }>`
    select pg_try_advisory_lock(hashtext('relay')) as leads`);
  return row?.leads ?? false;
}
