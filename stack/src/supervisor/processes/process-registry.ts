import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeAtomically } from '../write-atomically.ts';
import { childrenOf, startMark } from './identity.ts';

/** The order in which processes are stopped: services first, and the servers that they write to last. */
export type Group = 'service' | 'stand-in' | 'server';
export const stopOrder: readonly Group[] = ['service', 'stand-in', 'server'];

export type EndSignal = 'SIGTERM' | 'SIGINT';
type Entry = { name: string; pid: number; mark: string; group: Group; endSignal: EndSignal };
type Contents = { supervisor: { pid: number; mark: string | null }; processes: Entry[] };

/**
 * The processes of this supervisor, written to disk as soon as they start: if the supervisor is killed, the next one
 * finds its orphans here.
 */
export function openProcessRegistry(file: string) {
  const contents: Contents = {
    supervisor: { pid: process.pid, mark: startMark(process.pid) },
    processes: [],
  };
  const save = () => writeAtomically(file, contents);
  save();
  return {
    add(entry: Omit<Entry, 'mark'>) {
      const mark = startMark(entry.pid);
      if (mark !== null) contents.processes.push({ ...entry, mark });
      save();
    },
    remove(pid: number) {
      contents.processes = contents.processes.filter((entry) => entry.pid !== pid);
      save();
    },
    close: () => rmSync(file, { force: true }),
  };
}

export type ProcessRegistry = ReturnType<typeof openProcessRegistry>;

function readRegistry(file: string): Contents | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Contents;
  } catch {
    return null;
  }
}

/** The pid of the supervisor that wrote this registry, if it is alive. */
export function supervisorPid(file: string): number | null {
  const supervisor = readRegistry(file)?.supervisor;
  return supervisor && supervisor.mark === startMark(supervisor.pid) ? supervisor.pid : null;
}

/** Stops the processes that a dead supervisor has left running, and returns their names. */
export async function endOrphans(file: string): Promise<string[]> {
  const orphans = (readRegistry(file)?.processes ?? []).filter(isAlive);
  for (const group of stopOrder) {
    await Promise.all(orphans.filter((orphan) => orphan.group === group).map(endOrphan));
  }
  return orphans.map((orphan) => orphan.name);
}

const isAlive = (entry: Entry) => startMark(entry.pid) === entry.mark;

async function endOrphan(orphan: Entry): Promise<void> {
  signalAll(orphan.pid, orphan.endSignal);
  signalAll(orphan.pid, 'SIGCONT');
  const deadline = Date.now() + 10_000;
  while (isAlive(orphan)) {
    if (Date.now() > deadline) signalAll(orphan.pid, 'SIGKILL');
    await sleep(20);
  }
}

/** Sends a signal to a process; SIGSTOP, SIGCONT and SIGKILL also to its children. */
export function signalAll(pid: number, signal: NodeJS.Signals): void {
  const all = signal === 'SIGTERM' || signal === 'SIGINT' ? [pid] : [pid, -pid, ...childrenOf(pid)];
  for (const target of all) {
    try {
      process.kill(target, signal);
    } catch {
      // It has ended already.
    }
  }
}
