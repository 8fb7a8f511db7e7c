// The functions that customers.yml names. Artillery calls them by name in its worker threads; their parameters are
// described at https://www.artillery.io/docs/reference/engines/http.

import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { planOrder } from './src/shop/plan.ts';
import { readShop } from './src/shop/shop-file.ts';
import { openTokens } from './src/shop/tokens.ts';
import { type Entry, expectedEnd, lineOf, type Story } from './src/verdict/journal.ts';

/** The variables of a customer, as in customers.yml. */
interface Variables {
  catalogueUrl: string;
  token: string;
  sku: string;
  key: string;
  lines: Story['plan']['lines'];
  paymentToken: string;
  cancelKey: string;
  pauseMs: number;
  orderId?: string;
  /** From here on: not used in customers.yml. */
  story: Story;
  sends: number;
  retryAfterSeconds: number;
}

type Context = { vars: Variables };
type Answer = { statusCode: number; body: string; headers: Record<string, string | undefined> };
type Metrics = { emit(kind: 'counter' | 'histogram', name: string, value: number): void };

const MOST_SENDS = 3;
/** A customer waits for `Retry-After`, but no longer than this. */
const MOST_PATIENCE_S = 5;
/** The interval between polls grows, so that polling does not become the load. */
const FIRST_PAUSE_MS = 100;
const LONGER_EACH_TIME_MS = 50;
const LONGEST_PAUSE_MS = 500;
const FOLLOWED_MS = 30_000;

const shop = readShop();
const tokens = openTokens(shop.issuer);
const note = (entry: Entry) => appendFileSync(shop.journal, lineOf(entry));

/** Runs first: chooses the customer and plans the order. */
export async function enter({ vars }: Context, metrics: Metrics): Promise<void> {
  // A condition on a metric that was never emitted fails, so each is emitted at the start.
  for (const name of ['refused', 'rejected', 'wrong']) metrics.emit('counter', `orders.${name}`, 0);
  const customer = Math.floor(Math.random() * shop.customers.length);
  const plan = planOrder(shop.assortment, customer, Math.random);
  const key = randomUUID();
  const { lines, paymentToken } = plan;
  Object.assign(vars, {
    catalogueUrl: shop.catalogueUrl,
    token: await tokens(shop.customers[customer] as string),
    sku: lines.at(-1)?.sku as string,
    ...{ key, lines, paymentToken, cancelKey: randomUUID(), pauseMs: FIRST_PAUSE_MS },
    story: { key, plan, sentAt: 0, refusals: 0 },
    ...{ sends: 0, retryAfterSeconds: 0 },
  } satisfies Variables);
}

export async function expectFound(_request: unknown, { statusCode }: Answer): Promise<void> {
  if (statusCode !== 200) throw new Error(`reading was answered ${statusCode}`);
}

export async function noteSent(_request: unknown, { vars }: Context): Promise<void> {
  const at = Date.now();
  vars.sends++;
  vars.story.sentAt ||= at;
  note({ is: 'sent', key: vars.key, at, plan: vars.story.plan });
}

export async function notePlaced(
  _request: unknown,
  { statusCode: status, body, headers }: Answer,
  { vars }: Context,
  metrics: Metrics,
): Promise<void> {
  if (status === 201) vars.orderId = (JSON.parse(body) as { id: string }).id;
  note({ is: 'answered', key: vars.key, at: Date.now(), status, orderId: vars.orderId });
  if (status === 201) return;
  metrics.emit('counter', status === 503 ? 'orders.refused' : 'orders.rejected', 1);
  if (status !== 503) throw new Error(`an order was answered ${status}`);
  vars.retryAfterSeconds = Math.min(Number(headers['retry-after'] ?? 1), MOST_PATIENCE_S);
}

export async function waitWhereRefused({ vars }: Context): Promise<void> {
  if (vars.orderId) return;
  if (vars.sends === MOST_SENDS) throw new Error(`an order was refused ${MOST_SENDS} times`);
  await setTimeout(vars.retryAfterSeconds * 1_000);
}

export function wasRefused({ vars }: Context, repeat: (isTrue: boolean) => void): void {
  repeat(!vars.orderId);
}

export async function noteStatus(
  _request: unknown,
  { statusCode, body }: Answer,
  { vars }: Context,
  metrics: Metrics,
): Promise<void> {
  if (statusCode !== 200) throw new Error(`reading was answered ${statusCode}`);
  const { status, reason } = JSON.parse(body) as { status: string; reason: string | null };
  const { story } = vars;
  const at = Date.now();
  if (status === 'confirmed' || status === 'cancelled') {
    const outcome = reason ?? status;
    Object.assign(story, { endedAt: at, outcome });
    note({ is: 'ended', key: vars.key, at, outcome });
    metrics.emit('histogram', 'order.ended_ms', at - story.sentAt);
    if (outcome === expectedEnd(story)) return;
    metrics.emit('counter', 'orders.wrong', 1);
    throw new Error(`an order ended as ${outcome} instead of ${expectedEnd(story)}`);
  }
  vars.pauseMs = Math.min(vars.pauseMs + LONGER_EACH_TIME_MS, LONGEST_PAUSE_MS);
  if (at - story.sentAt > FOLLOWED_MS)
    throw new Error(`an order has not ended after ${FOLLOWED_MS / 1_000} s`);
}

export function isOpen({ vars }: Context, repeat: (isTrue: boolean) => void): void {
  repeat(vars.story.endedAt === undefined);
}

export async function noteCancelling(_request: unknown, { vars }: Context): Promise<void> {
  vars.story.cancel = { key: vars.cancelKey };
  note({ is: 'cancelling', key: vars.key, cancelKey: vars.cancelKey });
}

/** Too late (409) is no fault: the order then ends as planned. */
export async function noteCancelled(
  _request: unknown,
  { statusCode: status }: Answer,
  { vars }: Context,
): Promise<void> {
  vars.story.cancel = { key: vars.cancelKey, status };
  note({ is: 'cancel answered', key: vars.key, status });
  if (status !== 200 && status !== 409) throw new Error(`cancelling was answered ${status}`);
}
