import { own } from '../../own.ts';
import type { Case } from './case.ts';

const dropped = (signal: string) =>
  `${own}_telemetry_dropped_total{job="a-service",instance="a",signal="${signal}"}`;
const up = (job: string) => `up{job="${job}",instance="${job}:1"}`;
const ofCollector = (counter: string, signal: string) =>
  `otelcol_exporter_${counter}{job="collector",instance="collector:1",exporter="otlp_http/${signal}"}`;

export const pipelineCases: Case[] = [
  {
    alert: 'telemetry-dropped',
    what: 'a counter appears with its first five items',
    series: { [dropped('traces')]: '_x10 5x60' },
    quietAt: [4, 21],
    fires: { at: 6, service: 'a-service' },
  },
  {
    alert: 'telemetry-dropped',
    what: 'an export of metrics fails, and the next one has the newest totals',
    series: { [dropped('metrics')]: '_x10 400x60' },
    quietAt: [4, 6, 21],
  },
  {
    alert: 'pipeline-drops',
    what: 'the receiver of logs refuses some, and the count appears with them',
    series: { [ofCollector('send_failed_log_records', 'logs')]: '_x10 7x80' },
    quietAt: [4, 22],
    fires: { at: 6, service: 'collector' },
  },
  {
    alert: 'pipeline-drops',
    what: 'the receiver of traces is down: the queue is full, and then the first batches are given up',
    series: {
      [ofCollector('enqueue_failed_spans', 'traces')]: '0x10 0+90x20 1800x60',
      [ofCollector('send_failed_spans', 'traces')]: '_x20 50+50x10 550x60',
    },
    quietAt: [4, 32],
    fires: { at: 12, service: 'collector' },
  },
  {
    alert: 'pipeline-program-gone',
    what: 'the collector is gone for ten minutes, and Alertmanager for two',
    series: { [up('collector')]: '1x10 0x20 1x20', [up('alertmanager')]: '1x10 0x4 1x60' },
    quietAt: [4, 8, 17],
    fires: { at: 13, service: 'collector' },
  },
];
