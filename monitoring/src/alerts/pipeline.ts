import { own } from '../own.ts';
import type { Alert } from './alert.ts';
import { growth } from './expressions.ts';
import type { Timing } from './timing.ts';

const ITEMS = ['spans', 'metric_points', 'log_records'];
/** What the collector has not delivered, and given up; and what found no place in the queue for it. */
const COUNTERS = ITEMS.flatMap((items) => [
  `otelcol_exporter_send_failed_${items}`,
  `otelcol_exporter_enqueue_failed_${items}`,
]);

/** The series that Prometheus scrapes from the programs of the pipeline, as far as alerts read them, with their labels. */
export const scrapedSeries: [name: string, labels: string[]][] = [
  ['up', ['job', 'instance']],
  ...COUNTERS.map((name): [string, string[]] => [name, ['job', 'instance', 'exporter']]),
];

/** What nobody sees in telemetry, since it is telemetry that is missing. */
export const pipeline: Alert[] = [
  {
    name: 'telemetry-dropped',
    severity: 'ticket',
    // The next export of metrics has the newest totals, so a failed one loses nothing but a point of each graph.
    expr: (times) =>
      `sum by (job, signal) (${growth(`${own}_telemetry_dropped_total{signal!="metrics"}`, '15m', times)}) > 0`,
    summary: 'Telemetry was lost ({{ $labels.job }})',
    description:
      'In 15 minutes {{ $labels.job }} has dropped {{ $value | humanize }} items of its {{ $labels.signal }}, which could not be exported in time. Searches lack them.',
  },
  {
    name: 'pipeline-drops',
    severity: 'ticket',
    expr: (times) => COUNTERS.map((counter) => lost(counter, times)).join('\nor '),
    summary: 'The collector loses telemetry ({{ $labels.exporter }})',
    description:
      'In 15 minutes the collector has dropped {{ $value | humanize }} items or more of its exporter {{ $labels.exporter }}, whose receiver is down, too slow, or refuses them.',
  },
  {
    name: 'pipeline-program-gone',
    severity: 'ticket',
    expr: () => 'up == 0',
    for: '5m',
    summary: 'A program of the telemetry pipeline is gone ({{ $labels.job }})',
    description:
      'For 5 minutes {{ $labels.job }} has not answered Prometheus at {{ $labels.instance }} (up is {{ $value }}).',
  },
];

function lost(counter: string, times: Timing): string {
  return `sum by (job, exporter) (${growth(counter, '15m', times)}) > 0`;
}
