import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

type Query = { text: string; values: unknown[] };
type Transaction = { query(query: Query): Promise<unknown> };

/** The functions for the code that is injected into a service. A run turns switches on by files, in a folder of its own. */
export interface FaultInjection {
  /** Kills or pauses this process, if the switch of this crash point is on: once. */
  crash(point: string): void;
  /** Returns the records, in any order while the switch is on. */
  reorder<Each>(records: Each[]): Each[];
  /** Throws for a batch if one of its topics or partitions ('order.events/3') is to accept nothing. */
  refuse(places: string[]): void;
  /** Records the effects of messages, in their own transaction. */
  recordEffects(tx: Transaction, messages: { id: string }[]): Promise<void>;
  /** Runs a statement after the commit of the transaction that it belongs to. */
  afterwards(query: Query): void;
}

/** @param folder it has a file `<service>.<switch>` for each switch that is on */
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
    async recordEffects(tx, messages) {
      if (messages.length === 0) return;
      const ids = messages.map(({ id }) => id);
      const text = 'insert into audit.effects (message_id) select unnest($1::uuid[])';
      await tx.query({ text, values: [ids] });
    },
    afterwards: laterOn(databaseUrl),
  };
}

/** Turns a switch off and returns its text, for the first process that comes to it alone. */
function consumeSwitch(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const claimed = `${file} of ${process.pid}`;
  try {
    renameSync(file, claimed);
  } catch {
    return undefined;
  }
  const text = readFileSync(claimed, 'utf8');
  rmSync(claimed);
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
  // Telemetry instruments the driver first, while the service loads it.
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

/** Sets this process's clock wrong by so many milliseconds. */
export function skewClock(byMs: number): void {
  const now = Date.now;
  Date.now = () => now() + byMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, self) =>
      Reflect.construct(target, args.length === 0 ? [Date.now()] : args, self),
  });
}
