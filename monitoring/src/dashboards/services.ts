import { limits } from '../objectives.ts';
import { own } from '../own.ts';
import { logs, runbook, traces } from './links.ts';
import { above, anyValue, type Dashboard, graph, now, quantile, rate, stack } from './panel.ts';

const service = 'job=~"$service"';
const requests = 'http_server_request_duration_seconds';
const api = `${service},${own}_api_version!=""`;

export const services: Dashboard = {
  name: 'services',
  title: 'Services',
  question: 'Does each process have what it needs?',
  panels: [
    graph('Time of a request', {
      unit: 's',
      limit: above(limits.postSeconds),
      advice:
        'p99 by route. One route: its statements (npm run explain). All routes of a process: its event loop, CPU or pool.',
      queries: {
        '{{job}} {{http_request_method}} {{http_route}}': quantile(
          0.99,
          requests,
          api,
          'job, http_request_method, http_route',
        ),
      },
      links: [traces(), logs()],
    }),
    stack('Requests by status', {
      unit: 'reqps',
      limit: anyValue,
      advice:
        '5xx: open the traces with errors. 4xx of one kind: a client was released. 503: see the refusals.',
      queries: {
        '{{job}} {{http_response_status_code}}': rate(
          `${requests}_count`,
          api,
          'job, http_response_status_code',
        ),
      },
      links: [traces(undefined, { tags: 'error=true' }), logs()],
    }),
    stack('Requests refused', {
      unit: 'reqps',
      limit: above(1),
      advice:
        'admission: too much work is open. queue and pressure: the process is at its limit, add a replica.',
      queries: { '{{job}} {{reason}}': rate(`${own}_http_refused_total`, service, 'job, reason') },
      links: [runbook('requests-refused'), logs()],
    }),
    stack('Requests in flight', {
      unit: 'short',
      limit: anyValue,
      advice:
        'Steps that never end: requests wait for something without a limit of time. It grows with the time of a request: a queue.',
      queries: { '{{job}}': `sum by (job) (${now(`http_server_active_requests{${service}}`)})` },
      links: [traces(), logs()],
    }),
    graph('Event loop: delay', {
      unit: 's',
      limit: above(0.2, 0.1),
      advice:
        'A process that computes too long without a pause delays everything in it: npm run profile names the line.',
      queries: Object.fromEntries(
        ['max', 'p99', 'p50'].map((which) => [
          `${which} {{job}} {{instance}}`,
          `max by (job, instance) (${now(`nodejs_eventloop_delay_${which}_seconds{${service}}`)})`,
        ]),
      ),
      links: [runbook('event-loop-saturated'), traces(), logs()],
    }),
    graph('How busy a process is', {
      unit: 'percentunit',
      limit: above(0.9, 0.7),
      advice:
        'A process has one thread for our code: at 1 it is full. Many requests: add a replica. Few: npm run profile shows what costs most.',
      queries: {
        'event loop {{job}} {{instance}}': `max by (job, instance) (${now(`nodejs_eventloop_utilization_ratio{${service}}`)})`,
        'CPU {{job}} {{instance}}': rate('process_cpu_time_seconds_total', service, 'job, instance'),
      },
      links: [runbook('event-loop-saturated'), logs()],
    }),
    graph('Heap, of what is allowed', {
      unit: 'percentunit',
      limit: above(0.9, 0.75),
      advice:
        'It grows from one restart to the next: a leak. npm run profile -- SERVICE --heap takes a snapshot.',
      queries: {
        '{{job}} {{instance}}': `sum by (job, instance) (${now(`v8js_memory_heap_used_bytes{${service}}`)}) / sum by (job, instance) (${now(`v8js_memory_heap_limit_bytes{${service}}`)})`,
      },
      links: [runbook('service-restarts'), logs()],
    }),
    graph('Memory', {
      unit: 'bytes',
      limit: anyValue,
      advice:
        'Resident. It grows although the heap does not: buffers or sockets. A container is ended at its limit.',
      queries: {
        '{{job}} {{instance}}': `max by (job, instance) (${now(`process_memory_usage_bytes{${service}}`)})`,
      },
      links: [runbook('service-restarts'), logs()],
    }),
    graph('Time spent on garbage', {
      unit: 'percentunit',
      limit: above(0.2, 0.1),
      advice:
        'The share of a second. Above 10 %, the process makes too much garbage, or its heap is almost full.',
      queries: { '{{job}} {{instance}}': rate('v8js_gc_duration_seconds_sum', service, 'job, instance') },
      links: [runbook('event-loop-saturated'), logs()],
    }),
    graph('Time since the start', {
      unit: 'dtdurations',
      limit: anyValue,
      advice:
        'A new line or a fall to 0 is a restart. Several within minutes: the last lines of the log explain it.',
      queries: {
        '{{job}} {{instance}}': `max by (job, instance) (${now(`process_uptime_seconds{${service}}`)})`,
      },
      links: [runbook('service-restarts'), logs()],
    }),
  ],
};
