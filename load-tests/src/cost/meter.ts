import { setTimeout } from 'node:timers/promises';
import type { Running } from '@repo/stack';
import { type Cost, costBetween, type Reading } from './cost.ts';
import { readMachineTime } from './machine-time.ts';
import { readProcessorSeconds } from './processor-time.ts';
import { openWorkReader } from './statements.ts';

/** Reads the counters of a running system. */
export interface Meter {
  read(): Promise<Reading>;
  close(): Promise<void>;
}

export interface MeterOptions {
  postgresUrl: string;
  /** The measured processes by name; this process is always included. */
  pids: () => Record<string, number | null>;
  /** The number of confirmed orders so far. */
  confirmed: () => number;
}

export async function openMeter({ postgresUrl, pids, confirmed }: MeterOptions): Promise<Meter> {
  const work = await openWorkReader(postgresUrl);
  return {
    async read() {
      return {
        atMs: performance.now(),
        confirmed: confirmed(),
        machine: readMachineTime(),
        processorSeconds: { ...readProcessorSeconds(pids()), generator: ownSeconds() },
        work: await work.read(),
      };
    },
    close: work.close,
  };
}

/** The cost between two moments on the clock of `performance.now()`. */
export async function costWhile(meter: Meter, from: number, end: number, signal: AbortSignal): Promise<Cost> {
  const readAt = async (at: number) => {
    await setTimeout(Math.max(0, at - performance.now()), undefined, { signal });
    return meter.read();
  };
  const before = await readAt(from);
  return costBetween(before, await readAt(end));
}

/** All processes of a system, by name. */
export function pidsOf({ servers, services, external }: Running): Record<string, number | null> {
  const processes = Object.entries({ ...servers, ...services, ...external });
  return Object.fromEntries(processes.map(([name, { pid }]) => [name, pid]));
}

/** The generator is this process, which also supervises the system and receives its traces. */
function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
