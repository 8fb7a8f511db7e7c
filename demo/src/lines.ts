import { styleText } from 'node:util';
import { formatMoney } from '@repo/money';
import { printable, serviceColumn, shortened, valueText } from '@repo/stack';
import type { Email } from './mail.ts';
import type { OrderOutcome } from './outcome.ts';
import type { LedgerEntry, OrderRequest, PlacedOrder } from './shop.ts';
import type { Ending, TimelineEntry } from './timeline-entries.ts';

// Everything fits into 80 columns. styleText leaves colours out when the output is no terminal, or NO_COLOR is set.

/** A short text from outside the demo. */
function cell(text: string): string {
  return shortened(printable(text), 255);
}

export function heading(title: string): string {
  return `\n  ${styleText('bold', title)}`;
}

export function describeRequest({ lines, paymentToken }: OrderRequest): string {
  return `${lines.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(', ')}, paid with ${paymentToken}`;
}

export function requestLine(): string {
  return row(0, 'customer', 'POST /v1/orders');
}

/** The time since the request, the service, the name of the entry and its description. */
export function entryLine(
  { at, service, name, description, ending }: TimelineEntry,
  { sentAt }: PlacedOrder,
): string {
  const column = cell(name).padEnd(17);
  return row(at - sentAt, service, ending ? styleText('bold', column) : column, description);
}

function row(atMs: number, service: string, name: string, description = ''): string {
  const clock = styleText('dim', `${atMs} ms`.padStart(9));
  return `${clock}  ${serviceColumn(service)} ${name} ${cell(description)}`.trimEnd();
}

export function silenceLine(): string {
  return styleText('dim', '      ...  nothing new for a while; npm run logs may show why');
}

/** An e-mail as its reader sees it, in lines that fit next to a bar. */
export function emailLines({ to, subject, text }: Email): string[] {
  const body = shortened(String(text ?? '').trim()).split(/\r?\n/);
  const lines = [`To: ${valueText(to)}`, `Subject: ${valueText(subject)}`, '', ...body].map(printable);
  const bar = `${' '.repeat(11)}${styleText('dim', '│')}`;
  return lines.flatMap(wrap).map((line) => `${bar} ${line}`.trimEnd());
}

function wrap(line: string): string[] {
  // A word that is longer than a line is cut, not lost.
  return line.match(/.{1,66}(?:\s|$)|.{66}/gu) ?? [line];
}

/** How an order ended, and whether that is the expected ending, where there is one. */
export function endingLines(outcome: OrderOutcome, expected?: Ending): string[] {
  const { order, ending, afterMs, emails, ledger } = outcome;
  const isRight = !expected || isAsExpected(outcome, expected);
  const mark = isRight ? styleText('green', '✔') : styleText('red', '✘');
  const text = ending ? `${describeEnding(ending)} after ${afterMs} ms` : 'not ended yet';
  const difference = isRight ? '' : `; expected: ${describeEnding(expected)}`;
  return [
    `  ${mark} ${styleText('bold', text)}${difference}${emails?.length === 0 ? '; no e-mail has come yet' : ''}`,
    `    ${styleText('dim', 'ledger')} ${describeLedger(ledger, order)}`,
    styleText('dim', `    order ${cell(order.id)}`),
    styleText('dim', `    trace ${order.traceId}`),
  ];
}

/** Whether an order has the expected ending, its captures and refunds agree with it, and its customer has an e-mail. */
export function isAsExpected({ order, ending, emails, ledger }: OrderOutcome, expected: Ending): boolean {
  const sum = (kind: LedgerEntry['kind']) =>
    ledger.reduce((cents, one) => cents + (one.kind === kind ? one.amountCents : 0), 0);
  const captures = ledger.filter(({ kind }) => kind === 'capture').length;
  const due = expected.status === 'confirmed' ? order.totalCents : 0;
  const isSame = ending?.status === expected.status && ending.reason === expected.reason;
  return isSame && emails?.length !== 0 && captures <= 1 && sum('capture') - sum('refund') === due;
}

function describeLedger(ledger: LedgerEntry[], { currency }: PlacedOrder): string {
  if (ledger.length === 0) return 'nothing';
  return ledger
    .map(({ kind, amountCents }) => cell(`${kind} ${formatMoney(amountCents, currency)}`))
    .join(', ');
}

function describeEnding({ status, reason }: Ending): string {
  return reason ? `${status} (${reason})` : status;
}

/** The whole demo in a line; `failed` are the titles of the orders that did not end as expected. */
export function verdict(failed: string[]): string[] {
  if (failed.length === 0) return [`\n  ${styleText('green', '✔')} All ended as they should.`];
  return ['', ...failed.map((title) => `  ${styleText('red', '✘')} Not as it should be: ${title}`)];
}
