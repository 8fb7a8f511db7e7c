import { type Counter, metrics } from '@opentelemetry/api';
import project from '@repo/project' with { type: 'json' };
import type { Logger } from './log.ts';

const meter = () => metrics.getMeter(project.name);

/** The name of a metric or an attribute of this project: `tenfold.attempts` for `attempts`. */
export const ownName = (name: string): string => `${project.name}.${name}`;

/** A counter only grows, e.g. calls by their outcome. */
export function counter(name: string, options: { description: string }): Counter {
  return meter().createCounter(ownName(name), options);
}

/** A gauge is read when metrics are collected, e.g. the state of a circuit breaker. */
export function gauge(name: string, options: { description: string }, read: () => number): void {
  meter()
    .createObservableGauge(ownName(name), options)
    .addCallback((result) => result.observe(read()));
}

/**
 * Raises an alarm: an operator must look at it; nothing stops.
 *
 * @param code names the alarm for rules, tests and its page `docs/runbooks/<code>.md`: 'worker-stalled'
 * @param message a constant sentence; everything that varies is a fact
 */
export type Alarm = (code: string, message: string, facts: Record<string, unknown>) => void;

/** An alarm is a log line of level `error` with its code in the field `alarm`; the metric `alarms` counts alarms by code. */
export function createAlarm(log: Logger): Alarm {
  const alarms = counter('alarms', { description: 'Alarms that were raised, by code' });
  return (code, message, facts) => {
    alarms.add(1, { alarm: code });
    log.error({ ...facts, alarm: code }, message);
  };
}
