import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { eventually } from '@repo/testing';
import type { Notification } from './notifications.ts';
import type { Site } from './site.ts';

/** An alert that must reach the operator, and end. */
export interface Expectation {
  alert: string;
  service: string;
  /** Further labels: which of several rules of that name. */
  labels?: Record<string, string>;
  /** Since the fault, or since its end for an alert that follows it. */
  firesWithinS: number;
  /** Since the end of the fault. */
  endsWithinS: number;
}

/** A fault that is made, and the alerts that it must raise. */
export interface Drill {
  fault: string;
  /** Alerts while the fault lasts. */
  raises: Expectation[];
  /** Alerts that begin when the fault is over, such as those about orders that end late. */
  followedBy?: Expectation[];
  /** Makes the fault. Resolves with the action that heals it. */
  cause(site: Site): Promise<() => Promise<unknown>>;
}

/** The outcome for one alert; in seconds, null where it did not happen in time. */
export interface Outcome {
  alert: string;
  service: string;
  fault: string;
  firedAfterS: number | null;
  endedAfterS: number | null;
  problem: string | null;
}

const QUIET_WITHIN_MS = 240_000;
const root = resolve(import.meta.dirname, '../../..');

/** Plays a drill. An error of the drill itself is the problem of each of its alerts, and the next drill can follow. */
export async function runDrill(site: Site, drill: Drill): Promise<Outcome[]> {
  try {
    return await play(site, drill);
  } catch (error) {
    const problem = `could not be tried: ${(error as Error).message}`;
    const all = [...drill.raises, ...(drill.followedBy ?? [])];
    return all.map((one) => ({ ...subject(one, drill.fault), ...nothing(), problem }));
  }
}

/** Makes a fault, waits for its alerts, heals it, and waits for their end. A fault is healed whatever happens. */
async function play(site: Site, { fault, raises, followedBy = [], cause }: Drill): Promise<Outcome[]> {
  const all = [...raises, ...followedBy];
  const outcomes = new Map(all.map((one) => [one, { ...subject(one, fault), ...nothing() }]));
  await eventually(() => all.every((one) => firing(site, one).length === 0), {
    timeoutMs: QUIET_WITHIN_MS,
    everyMs: 100,
    what: `the alerts of "${fault}" to be quiet before`,
  });
  const began = performance.now();
  const heal = await cause(site);
  try {
    await Promise.all(raises.map((one) => awaitFiring(site, one, began, outcomes.get(one))));
  } finally {
    await heal();
  }
  const healed = performance.now();
  await Promise.all(followedBy.map((one) => awaitFiring(site, one, healed, outcomes.get(one))));
  await Promise.all(all.map((one) => awaitEnd(site, one, healed, outcomes.get(one))));
  return [...outcomes.values()];
}

const nothing = (): Pick<Outcome, 'firedAfterS' | 'endedAfterS' | 'problem'> => ({
  firedAfterS: null,
  endedAfterS: null,
  problem: null,
});

const subject = ({ alert, service }: Expectation, fault: string) => ({ alert, service, fault });

function firing({ notifications }: Site, { alert, service, labels }: Expectation): Notification[] {
  return notifications.firing({ alertname: alert, service, ...labels });
}

async function awaitFiring(site: Site, one: Expectation, began: number, outcome?: Outcome): Promise<void> {
  if (!outcome) return;
  const isFiring = () => firing(site, one)[0];
  try {
    const told = await eventually(isFiring, {
      timeoutMs: one.firesWithinS * 1_000,
      everyMs: 50,
      what: one.alert,
    });
    outcome.firedAfterS = secondsSince(began);
    outcome.problem = problemOf(told);
  } catch {
    outcome.problem = `did not fire within ${one.firesWithinS} s`;
  }
}

async function awaitEnd(site: Site, one: Expectation, healed: number, outcome?: Outcome): Promise<void> {
  if (!outcome || outcome.firedAfterS === null) return;
  const isOver = () => firing(site, one).length === 0;
  try {
    await eventually(isOver, { timeoutMs: one.endsWithinS * 1_000, everyMs: 50, what: one.alert });
    outcome.endedAfterS = secondsSince(healed);
  } catch {
    outcome.problem ??= `did not end within ${one.endsWithinS} s`;
  }
}

/** A template that could not be filled in, or a page that is not there, would leave the operator alone. */
function problemOf({ annotations }: Notification): string | null {
  const { summary = '', description = '', runbook = '' } = annotations;
  if (/<no value>|<error|\{\{/.test(summary + description)) return `reads "${summary}: ${description}"`;
  return existsSync(resolve(root, runbook)) ? null : `has no page ${runbook}`;
}

const secondsSince = (began: number) => Math.round((performance.now() - began) / 100) / 10;
