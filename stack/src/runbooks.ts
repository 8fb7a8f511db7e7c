/** What each alarm says, and the page in docs/runbooks that tells what to do about it. */
export const runbooks: Readonly<Record<string, string>> = {
  'an order heard what can never be right': 'order-heard-what-can-never-be-right.md',
  'an event could not be taken, and is a dead letter': 'dead-letter.md',
  "a reservation has outlived its order's deadline": 'reservation-outlived-its-order.md',
  'something due has been tried again and again': 'due-again-and-again.md',
  'the payment provider answered something else than was asked': 'provider-answered-something-else.md',
  'the payment provider refused a call': 'provider-refused-a-call.md',
  'an event cannot be published, and is parked': 'event-cannot-be-published.md',
  'events were deleted before they were consumed': 'events-deleted-unconsumed.md',
  'events wait to be published': 'events-wait-to-be-published.md',
  'a worker makes no progress': 'worker-makes-no-progress.md',
};

/** What to do next about an alarm: a command where there is one, else the page to read. */
export function nextStep(alarm: string): string {
  const page = Object.hasOwn(runbooks, alarm) ? runbooks[alarm] : undefined;
  if (page === 'dead-letter.md') return 'npm run dead-letters -- list';
  return page ? `see docs/runbooks/${page}` : 'npm run logs may say why';
}
