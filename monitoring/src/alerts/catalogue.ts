import { own } from '../own.ts';

/** The series that rules read, with their labels. Every series has `job` and `instance`. */
const CATALOGUE: Record<string, string[]> = {
  http_server_request_duration_seconds_count: [
    'http_request_method',
    'http_route',
    'http_response_status_code',
    `${own}_api_version`,
  ],
  http_server_request_duration_seconds_bucket: [
    'http_request_method',
    'http_route',
    'http_response_status_code',
    `${own}_api_version`,
    'le',
  ],
  [`${own}_http_refused_total`]: ['http_route', 'reason'],
  [`${own}_cache_lookups_total`]: [`${own}_cache`, 'outcome'],
  [`${own}_orders_placed_total`]: [],
  [`${own}_order_duration_seconds_count`]: ['outcome', 'reason'],
  [`${own}_order_duration_seconds_bucket`]: ['outcome', 'reason', 'le'],
  [`${own}_payment_provider_breaker`]: [],
  [`${own}_reconciliation_differences`]: [],
  [`${own}_consumer_lag_age_seconds`]: ['messaging_consumer_group_name', 'messaging_destination_name'],
  [`${own}_outbox_age_seconds`]: [],
  [`${own}_outbox_parked`]: [],
  [`${own}_relay_leader`]: [],
  [`${own}_dead_letters`]: [],
  [`${own}_job_due_age_seconds`]: [`${own}_job`],
  db_client_connection_pending_requests: ['db_client_connection_pool_name'],
  [`${own}_postgres_deadlocks_total`]: [],
  nodejs_eventloop_utilization_ratio: [],
  process_uptime_seconds: [],
  [`${own}_alarms_total`]: ['alarm'],
  [`${own}_telemetry_dropped_total`]: ['signal'],
  system_filesystem_usage_bytes: ['device', 'mode', 'mountpoint', 'state', 'type'],
};

export function isKnown(metric: string, label: string): boolean {
  return CATALOGUE[metric]?.concat('job', 'instance').includes(label) ?? false;
}
