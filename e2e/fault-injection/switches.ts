import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

type Query = { text: string; values: unknown[] };
type Transaction = { query(query: Query): Promise<unknown> };

/** What the code that is put into a service can call. A run pulls the levers by files, in a folder that it owns. */
export interface FaultInjection {
  /** Dies here, or is stopped, if somebody has asked for it: once. */
  crash(point: string): void;
  /** The same records, in any order while that is asked for. */
  reorder<Each>(records: Each[]): Each[];
  /** Refuses a batch for now, if one of its places ('order.events/3') is to accept nothing. */
  refuse(places: string[]): void;
  /** Writes down, with the effect itself, which messages have had theirs. */
  noteEffects(tx: Transaction, messages: { id: string }[]): Promise<void>;
  /** Sends a statement when the transaction that it belongs to has been committed. */
  afterwards(query: Query): void;
}

/** @param folder where a file named `<service>.<lever>` stands for each lever that is pulled */
export function createFaultInjection(folder: string, service: string, databaseUrl: string): FaultInjection {
  const switchFile = (name: string) => join(folder, `${service}.${name}`);
  return {
    crash(point) {
      const signal = consumeSwitch(switchFile(point));
      if (signal) process.kill(process.pid, signal as NodeJS.Signals);
    },
    reorder: (records) => (existsSync(switchFile('reorder')) ? shuffled(records) : records),
    refuse(places) {
      if (!existsSync(switchFile('refuse'))) return;
      const refused = readFileSync(switchFile('refuse'), 'utf8');
      if (refused !== '' && places.some((place) => place.startsWith(refused)))
        throw new Error(`${refused} accepts nothing: too few replicas are in sync.`);
    },
    async noteEffects(tx, messages) {
      if (messages.length === 0) return;
      const ids = messages.map(({ id }) => id);
      const text = 'insert into audit.effects (message_id) select unnest($1::uuid[])';
      await tx.query({ text, values: [ids] });
    },
    afterwards: laterOn(databaseUrl),
  };
}

/** What a lever says, for the one process that comes to it first; for all others it is not there. */
function consumeSwitch(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const taken = `${file} of ${process.pid}`;
  try {
    renameSync(file, taken);
  } catch {
    return undefined;
  }
  const text = readFileSync(taken, 'utf8');
  rmSync(taken);
  return text;
}

function shuffled<Each>(records: Each[]): Each[] {
  return records
    .map((record) => [Math.random(), record] as const)
    .sort(([one], [other]) => one - other)
    .map(([, record]) => record);
}

const SURELY_COMMITTED_MS = 50;

function laterOn(url: string): (query: Query) => void {
  // Not before the service has loaded what telemetry is to be built into.
  const opened = () =>
    import('@repo/postgres').then(({ openDatabase }) => openDatabase({ url, name: 'later' }));
  let database: ReturnType<typeof opened> | undefined;
  return (query) => {
    setTimeout(async () => {
      database ??= opened();
      await (await database).query(query).catch(() => {});
    }, SURELY_COMMITTED_MS);
  };
}

/** Makes this process's clock go wrong by so many milliseconds, from now on. */
export function skewClock(byMs: number): void {
  const now = Date.now;
  Date.now = () => now() + byMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, self) =>
      Reflect.construct(target, args.length === 0 ? [Date.now()] : args, self),
  });
}
