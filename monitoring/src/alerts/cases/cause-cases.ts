import { serviceNames } from '@repo/stack/topology';
import { own } from '../../own.ts';
import type { Case } from './case.ts';

const [silent = '', ...others] = serviceNames;
const uptime = (job: string, instance = 'a') => `process_uptime_seconds{job="${job}",instance="${instance}"}`;
const start = (instance: string) =>
  `${own}_process_start_time_seconds{job="a-service",instance="${instance}"}`;
const gauge = (name: string, labels = 'job="a-service",instance="a"') => `${own}_${name}{${labels}}`;
const requests = `http_server_request_duration_seconds_count{job="a-service",${own}_api_version="v1",http_response_status_code="201"}`;
const refused = (route: string) =>
  gauge('http_refused_total', `job="a-service",http_route="${route}",reason="admission"`);
const pool =
  'db_client_connection_pending_requests{job="a-service",instance="a",db_client_connection_pool_name="a-pool"}';
const disk = (state: string) =>
  `system_filesystem_usage_bytes{instance="host",device="/dev/a",mountpoint="/data",state="${state}"}`;
const lag = 'job="a-service",messaging_consumer_group_name="a-group",messaging_destination_name="a-topic"';

export const causeCases: Case[] = [
  {
    alert: 'service-silent',
    what: `${silent} reports nothing for twenty minutes`,
    series: {
      ...Object.fromEntries(others.map((name) => [uptime(name), '0+30x120'])),
      [uptime(silent)]: '0+30x20',
      [uptime(silent, 'b')]: '_x60 0+30x60',
    },
    quietAt: [10, 13, 32],
    fires: { at: 16, service: silent },
  },
  {
    alert: 'service-restarts',
    what: 'a process is restarted three times within seven minutes',
    series: { [start('host:3003')]: '1000x9 1300x2 1390x5 1570x100' },
    quietAt: [5, 8, 38],
    fires: { at: 11, service: 'a-service' },
  },
  {
    alert: 'service-restarts',
    what: 'a process that never lives long is started every five minutes, and then stays',
    series: { [start('host')]: '1000 _x9 1300 _x9 1600 _x9 1900 _x9 2200 _x9 2500x80' },
    quietAt: [5, 14, 46],
    fires: { at: 24, service: 'a-service' },
  },
  {
    alert: 'service-restarts',
    what: 'three processes are replaced by others, and npm run reconcile runs four times',
    series: {
      ...Object.fromEntries(['a', 'b', 'c'].map((name) => [start(name), '1000x20'])),
      ...Object.fromEntries(['d', 'e', 'f'].map((name) => [start(name), '_x18 1540x40'])),
      [start('host:reconcile')]: '1000 _ 1060 _ 1120 _ 1180 _ 1240',
    },
    quietAt: [5, 10, 12, 20],
  },
  {
    alert: 'relay-without-leader',
    what: 'the leader stops leading, and later leads again; the other process never does',
    series: {
      [gauge('relay_leader')]: '1x10 0x20 1x20',
      [gauge('relay_leader', 'job="a-service",instance="b"')]: '0x60',
    },
    quietAt: [5, 7, 17],
    fires: { at: 9, service: 'a-service' },
  },
  {
    alert: 'consumer-lagging',
    what: 'the oldest record waits longer and longer, and then the consumer catches up',
    series: { [gauge('consumer_lag_age_seconds', lag)]: '0x10 0+30x20 600-60x10 0x20' },
    quietAt: [5, 7, 19, 25],
    fires: { at: 10, service: 'a-service' },
  },
  {
    alert: 'jobs-overdue',
    what: 'a due row is not taken up for ten minutes',
    series: {
      [gauge('job_due_age_seconds', `job="a-service",${own}_job="a job"`)]: '0x10 0+30x20 0x20',
    },
    quietAt: [5, 7, 17],
    fires: { at: 10, service: 'a-service' },
  },
  {
    alert: 'pool-exhausted',
    what: 'queries wait for a connection for ten minutes',
    series: { [pool]: '0x10 3x20 0x20' },
    quietAt: [5, 7, 17],
    fires: { at: 10, service: 'a-service' },
  },
  {
    alert: 'pool-exhausted',
    what: 'queries wait now and then',
    series: { [pool]: '0 3 0 2 5 0 1 0 4 4 0 3 0 1 0 2 0 3 0 1 0' },
    quietAt: [3, 5, 8, 10],
  },
  {
    alert: 'deadlocks',
    what: 'the count of the database grows from 7 to 9, and a new process reports it from 0 on',
    series: {
      [gauge('postgres_deadlocks_total')]: '7x40 9x80',
      [gauge('postgres_deadlocks_total', 'job="a-service",instance="b"')]: '_x19 0 7x20 9x80',
    },
    quietAt: [10, 20, 37],
    fires: { at: 21, service: 'a-service' },
  },
  {
    alert: 'cache-unavailable',
    what: 'lookups fail for ten minutes',
    series: { [gauge('cache_lookups_total', 'job="a-service",outcome="error"')]: '0x10 0+5x20 100x30' },
    quietAt: [5, 6, 22],
    fires: { at: 8, service: 'a-service' },
  },
  {
    alert: 'requests-refused',
    what: 'a quarter of the requests is refused for fifteen minutes',
    series: {
      [requests]: '0+30x120',
      [refused('/v1/things')]: '0x20 0+10x30 300x50',
    },
    quietAt: [10, 13, 32],
    fires: { at: 17, service: 'a-service' },
  },
  {
    alert: 'requests-refused',
    what: 'a scanner asks for paths that do not exist, and is refused',
    series: { [requests]: '0+30x120', [refused('unknown')]: '0x20 0+10x30 300x50' },
    quietAt: [10, 17, 20, 32],
  },
  {
    alert: 'requests-refused',
    what: 'three of few requests are refused',
    series: {
      [requests]: '0x20 0+1x10 10x40',
      [refused('/v1/things')]: '0x20 0+1x3 3x60',
    },
    quietAt: [10, 12, 15, 18],
  },
  {
    alert: 'event-loop-saturated',
    what: 'the event loop is busy for twenty minutes',
    series: { 'nodejs_eventloop_utilization_ratio{job="a-service",instance="a"}': '0.3x10 0.99x40 0.3x40' },
    quietAt: [5, 12, 28],
    fires: { at: 20, service: 'a-service' },
  },
  {
    alert: 'disk-filling',
    what: 'a disk is nine tenths full for fifteen minutes',
    series: { [disk('used')]: '50x10 90x30 50x20', [disk('free')]: '50x10 10x30 50x20' },
    quietAt: [5, 9, 23],
    fires: { at: 12, service: 'host' },
  },
];
