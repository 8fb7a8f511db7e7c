import { own } from '../../own.ts';
import { alarms } from '../alarms.ts';
import type { Case } from './case.ts';

const counted = (code: string) => `${own}_alarms_total{job="a-service",instance="a",alarm="${code}"}`;

/** The gauges by which an alarm is seen to last, with a bad value. */
const lasting: Record<string, [gauge: string, bad: number]> = {
  'dead-letter-created': ['dead_letters', 1],
  'event-unpublishable': ['outbox_parked', 1],
  'outbox-delayed': ['outbox_age_seconds', 70],
};

export const alarmCases: Case[] = [
  ...alarms.flatMap(({ name }) => [
    {
      alert: name,
      what: 'the first alarm of a process, whose counter did not exist before',
      series: { [counted(name)]: '_x10 1x60' },
      quietAt: [4, 16],
      fires: { at: 6, service: 'a-service' },
    },
    {
      alert: name,
      what: 'one more alarm of a process that has raised three long ago',
      series: { [counted(name)]: '3x40 4x60' },
      quietAt: [15, 20, 31],
      fires: { at: 22, service: 'a-service' },
    },
  ]),
  {
    alert: 'worker-stalled',
    what: 'the first alarm of a process after its restart, whose counter has been 0 at the start',
    series: { [counted('worker-stalled')]: '1x40 _x4 0 1x60' },
    quietAt: [18, 21, 34],
    fires: { at: 24, service: 'a-service' },
  },
  {
    alert: 'worker-stalled',
    what: 'no metrics arrive for half an hour, and the count of an old alarm is the same then',
    series: { [counted('worker-stalled')]: '_x10 3x60 _x60 3x60' },
    quietAt: [30, 50, 66, 68, 72, 80],
  },
  {
    alert: 'worker-stalled',
    what: 'an alarm is raised while no metrics arrive for half an hour',
    series: { [counted('worker-stalled')]: '_x10 3x60 _x60 4x60' },
    quietAt: [30, 50, 64, 78],
    fires: { at: 68, service: 'a-service' },
  },
  {
    alert: 'worker-stalled',
    what: 'the first alarm after a restart, where Prometheus has no 0 from the start',
    series: { [counted('worker-stalled')]: '3x40 _x30 1x60' },
    quietAt: [18, 30, 34, 47],
    fires: { at: 38, service: 'a-service' },
  },
  ...Object.entries(lasting).map(([alert, [gauge, bad]]) => ({
    alert,
    what: 'its reason lasts for twenty minutes',
    series: { [`${own}_${gauge}{job="a-service",instance="a"}`]: `0x10 ${bad}x40 0x20` },
    quietAt: [5, 28],
    fires: { at: 20, service: 'a-service' },
  })),
];
