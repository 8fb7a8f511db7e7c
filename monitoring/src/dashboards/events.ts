import { limits } from '../objectives.ts';
import { own } from '../own.ts';
import { logs, runbook, traces } from './links.ts';
import { above, anyValue, below, type Dashboard, figure, graph, now, quantile, rate } from './panel.ts';

const service = 'job=~"$service"';
const group = 'messaging_consumer_group_name';
const topic = 'messaging_destination_name';
const type = `${own}_event_type`;
const loop = `${own}_loop`;
const ofTurn = (suffix: string) =>
  rate(`${own}_batch_size_${suffix}`, `${service},${loop}=~"relay|consumer"`, `job, ${loop}`);

export const events: Dashboard = {
  name: 'events',
  title: 'Events',
  question: 'Does every event arrive, and how late?',
  panels: [
    graph('Oldest event that waits in an outbox', {
      unit: 's',
      limit: above(limits.outboxAgeSeconds, limits.outboxAgeSeconds / 2),
      advice:
        'Kafka is down, no process leads, or the database is slow. Leaders and rows are next to this panel.',
      queries: { '{{job}}': `max by (job) (${now(`${own}_outbox_age_seconds{${service}}`)})` },
      links: [runbook('outbox-delayed'), logs()],
    }),
    graph('Events that wait in an outbox', {
      unit: 'short',
      limit: anyValue,
      advice: 'It grows steadily: the relay publishes less than is written. It grows at once: Kafka is down.',
      queries: { '{{job}}': `max by (job) (${now(`${own}_outbox_rows{${service}}`)})` },
      links: [runbook('outbox-delayed'), logs()],
    }),
    figure('Leaders', {
      unit: 'none',
      limit: below(1),
      advice:
        'Exactly one process of each service publishes. 0 for more than a minute: is a process alive, and its database reachable?',
      queries: { '{{job}}': `sum by (job) (${now(`${own}_relay_leader{${service}}`)})` },
      links: [runbook('relay-without-leader')],
    }),
    figure('Events that failed: dead letters and parked ones', {
      unit: 'none',
      limit: above(0),
      advice:
        'npm run dead-letters -- list shows what failed and why. Correct the cause, then replay: the key of each waits for it.',
      queries: {
        'dead letters of {{job}}': `max by (job) (${now(`${own}_dead_letters{${service}}`)})`,
        'parked by {{job}}': `max by (job) (${now(`${own}_outbox_parked{${service}}`)})`,
      },
      links: [runbook('dead-letter-created'), runbook('event-unpublishable')],
    }),
    graph('Lag', {
      unit: 'short',
      limit: anyValue,
      advice: 'It grows in one group: that service is too slow, or stopped. It grows in all: Kafka.',
      queries: {
        [`{{${group}}} of {{${topic}}}`]: `max by (job, ${group}, ${topic}) (${now(`${own}_consumer_lag{${service}}`)})`,
      },
      links: [runbook('consumer-lagging'), traces(), logs()],
    }),
    graph('Oldest event that waits to be consumed', {
      unit: 's',
      limit: above(limits.lagSeconds, 10),
      advice:
        'Start another replica when the CPU of the service is used up; else look for blocked keys and slow transactions.',
      queries: {
        [`{{${group}}} of {{${topic}}}`]: `max by (job, ${group}, ${topic}) (${now(`${own}_consumer_lag_age_seconds{${service}}`)})`,
      },
      links: [runbook('consumer-lagging'), logs()],
    }),
    graph('From an event to its processing', {
      unit: 's',
      limit: above(5, 1),
      advice:
        'p99 by type. Late although there is no lag: the outbox of the publisher. Late for one type: its handler.',
      queries: {
        [`{{${type}}} in {{job}}`]: quantile(0.99, `${own}_event_delay_seconds`, service, `job, ${type}`),
      },
      links: [traces(), logs()],
    }),
    graph('Events published and consumed', {
      unit: 'ops',
      limit: anyValue,
      advice:
        'repeated: redelivery, which is harmless. blocked: a dead letter parks their key. ignored: of no interest to the service.',
      queries: {
        [`{{job}} to {{${topic}}}`]: rate('messaging_client_sent_messages_total', service, `job, ${topic}`),
        '{{job}} {{outcome}}': rate(`${own}_events_consumed_total`, service, 'job, outcome'),
      },
      links: [runbook('dead-letter-created'), traces(), logs()],
    }),
    graph('Events of one turn', {
      unit: 'short',
      limit: anyValue,
      advice:
        'The mean number of events in a transaction. Large turns at a high rate are good: they save work. Large ones at a low rate: something had stopped.',
      queries: { [`{{job}} {{${loop}}}`]: `${ofTurn('sum')} / ${ofTurn('count')}` },
      links: [traces(), logs()],
    }),
    graph('Time of one turn', {
      unit: 's',
      limit: above(5, 1),
      advice:
        'p99. A consumer: a transaction with all its events, see the statements of the service by npm run explain. A relay: one call to Kafka, which is slow.',
      queries: {
        '{{job}} consumer': quantile(0.99, 'messaging_process_duration_seconds', service, 'job'),
        '{{job}} relay': quantile(0.99, 'messaging_client_operation_duration_seconds', service, 'job'),
      },
      links: [traces(), logs()],
    }),
  ],
};
