import { styleText } from 'node:util';
import { formatMoney } from '@repo/money';
import { printable, shortened, valueText } from '../printable.ts';
import type { Ending, Moment, Told } from './moments.ts';
import type { Mail, Movement, PlacedOrder, ProductPatch } from './shop.ts';

// Everything fits into 80 columns. styleText leaves colours out where they are not wanted: when the output is no
// terminal, or NO_COLOR is set.

const colors = {
  order: 'blue',
  inventory: 'yellow',
  payment: 'magenta',
  notification: 'cyan',
} as const;

/** The name of a service, in a column and a colour of its own. */
export function serviceColumn(service: string): string {
  const color = Object.hasOwn(colors, service) ? colors[service as keyof typeof colors] : 'reset';
  return styleText(color, cell(service).padEnd(13));
}

/** A name or a few words that others have chosen. */
function cell(text: string): string {
  return shortened(printable(text), 255);
}

export function heading(title: string): string {
  return `\n  ${styleText('bold', title)}`;
}

export function wishInWords({ lines, paymentToken }: ProductPatch): string {
  return `${lines.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(', ')}, paid with ${paymentToken}`;
}

export function requestLine(): string {
  return row(0, 'customer', 'POST /v1/orders');
}

/** When it happened (from the request), who did it, what others saw of it, and the same in words. */
export function momentLine({ at, service, what, inWords, ending }: Moment, { sentAt }: PlacedOrder): string {
  const event = cell(what).padEnd(17);
  return row(at - sentAt, service, ending ? styleText('bold', event) : event, inWords);
}

function row(atMs: number, service: string, what: string, inWords = ''): string {
  const clock = styleText('dim', `${atMs} ms`.padStart(9));
  return `${clock}  ${serviceColumn(service)} ${what} ${cell(inWords)}`.trimEnd();
}

export function silenceLine(): string {
  return styleText('dim', '      ...  nothing new for a while; npm run logs may say why');
}

/** An e-mail as its reader sees it, in lines that fit beside a bar. */
export function letter({ to, subject, text }: Mail): string[] {
  const body = shortened(String(text ?? '').trim()).split(/\r?\n/);
  const lines = [`To: ${valueText(to)}`, `Subject: ${valueText(subject)}`, '', ...body].map(printable);
  const bar = `${' '.repeat(11)}${styleText('dim', '│')}`;
  return lines.flatMap(wrap).map((line) => `${bar} ${line}`.trimEnd());
}

function wrap(line: string): string[] {
  // A word that is longer than a line is cut, not lost.
  return line.match(/.{1,66}(?:\s|$)|.{66}/gu) ?? [line];
}

/** How an order ended; and whether that is what was hoped for, where something was. */
export function endingLines(told: Told, hoped?: Ending): string[] {
  const { order, ending, afterMs, mails, movements } = told;
  const isRight = !hoped || isAsHoped(told, hoped);
  const mark = isRight ? styleText('green', '✔') : styleText('red', '✘');
  const words = ending ? `${endingInWords(ending)} after ${afterMs} ms` : 'not ended yet';
  const verdict = isRight ? '' : `, and should have been ${endingInWords(hoped)}`;
  return [
    `  ${mark} ${styleText('bold', words)}${verdict}${mails.length > 0 ? '' : '; no e-mail has come yet'}`,
    `    ${styleText('dim', 'ledger')} ${inLedger(movements, order)}`,
    styleText('dim', `    order ${cell(order.id)}`),
    styleText('dim', `    trace ${order.traceId}`),
  ];
}

/** Whether an order ended as it was hoped, with what the provider has booked in agreement, and its customer told. */
export function isAsHoped({ order, ending, mails, movements }: Told, hoped: Ending): boolean {
  const sum = (kind: Movement['kind']) =>
    movements.reduce((cents, one) => cents + (one.kind === kind ? one.amountCents : 0), 0);
  const captures = movements.filter(({ kind }) => kind === 'capture').length;
  const due = hoped.status === 'confirmed' ? order.totalCents : 0;
  const isSame = ending?.status === hoped.status && ending.reason === hoped.reason;
  return isSame && mails.length > 0 && captures <= 1 && sum('capture') - sum('refund') === due;
}

/** What the payment provider has booked, in its own words. */
function inLedger(movements: Movement[], { currency }: PlacedOrder): string {
  if (movements.length === 0) return 'nothing';
  return movements
    .map(({ kind, amountCents }) => cell(`${kind} ${formatMoney(amountCents, currency)}`))
    .join(', ');
}

function endingInWords({ status, reason }: Ending): string {
  return reason ? `${status} (${reason})` : status;
}

/** The whole story in a line; `failed` are the titles of what did not end as it should. */
export function verdict(failed: string[]): string[] {
  if (failed.length === 0) return [`\n  ${styleText('green', '✔')} All ended as they should.`];
  return ['', ...failed.map((title) => `  ${styleText('red', '✘')} Not as it should be: ${title}`)];
}
