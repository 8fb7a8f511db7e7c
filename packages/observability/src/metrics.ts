import { type Counter, metrics } from '@opentelemetry/api';
import project from '@repo/project' with { type: 'json' };
import type { Logger } from './log.ts';

const meter = metrics.getMeter(project.name);

/** The name of a metric or an attribute of this project: `tenfold.attempts` for `attempts`. */
export const ownName = (name: string): string => `${project.name}.${name}`;

/** A count that only grows, e.g. of calls by their outcome. */
export function counter(name: string, options: { description: string }): Counter {
  return meter.createCounter(ownName(name), options);
}

/** A number that is read whenever metrics are collected, e.g. the state of a circuit breaker. */
export function gauge(name: string, options: { description: string }, read: () => number): void {
  meter.createObservableGauge(ownName(name), options).addCallback((result) => result.observe(read()));
}

/** Tells a person of something that they should look at, and stops nothing. `what` is constant; the rest are facts. */
export type Alarm = (what: string, facts: Record<string, unknown>) => void;

/** Alarms are lines of level `error` with `alarm: true`, and are counted in `tenfold.alarms`. */
export function createAlarm(log: Logger): Alarm {
  const alarms = counter('alarms', { description: 'What a person was told of' });
  return (what, facts) => {
    alarms.add(1, { what });
    log.error({ ...facts, alarm: true }, what);
  };
}
