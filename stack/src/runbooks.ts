/** The alarms by their codes; each has a page `docs/runbooks/<code>.md`. */
export const alarms = [
  'dead-letter-created',
  'event-unpublishable',
  'job-keeps-failing',
  'order-event-impossible',
  'outbox-delayed',
  'provider-call-refused',
  'provider-response-mismatch',
  'reservation-overdue',
  'unconsumed-events-deleted',
  'worker-stalled',
];

/** The next step after an alarm: a command where there is one, else the page to read. */
export function nextStep(code: string): string {
  if (code === 'dead-letter-created') return 'npm run dead-letters -- list';
  return alarms.includes(code) ? `see docs/runbooks/${code}.md` : 'npm run logs may say why';
}
