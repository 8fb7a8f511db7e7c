// The hand-written pipeline: captures the money for reserved orders; one transaction before the call, one after it.

import { Agent, request } from 'node:http';
import { openStage } from './pipeline/stage.ts';
import { environment, reportReady } from './process.ts';

const REQUEST = `
  with received as (
    select id, key, data
    from json_to_recordset($1) as received (id uuid, key uuid, data json)
  ), fresh as (
    insert into inbox (id)
    select id
    from received
    on conflict do nothing
    returning id
  )
  insert into payments (order_id, amount_cents)
  select key, (data ->> 'totalCents')::bigint
  from received join fresh on fresh.id = received.id
  returning order_id as "orderId", amount_cents::integer as "amountCents"`;

const CAPTURED = `
  with answers as (
    select "orderId" as order_id, "captureId" as capture_id
    from json_to_recordset($1) as answer ("orderId" uuid, "captureId" text)
  ), captured as (
    update payments
    set capture_id = answers.capture_id
    from answers
    where payments.order_id = answers.order_id
  )
  insert into outbox (type, key, data)
  select 'payment.captured', order_id, json_build_object('orderId', order_id)
  from answers`;

interface Payment {
  orderId: string;
  amountCents: number;
}

const MOST_CALLS = 16;
const { PAYMENT_PROVIDER_URL } = environment('PAYMENT_PROVIDER_URL');
const agent = new Agent({ keepAlive: true, maxSockets: MOST_CALLS, noDelay: true });
const stage = await openStage('payment');
const answers: { orderId: string; captureId: string }[] = [];
let isRecording = false;

function capture({ orderId, amountCents }: Payment): Promise<string> {
  const body = JSON.stringify({ reference: orderId, amountCents, currency: 'EUR', token: 'tok_ok' });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': orderId,
  };
  return new Promise((resolve, reject) => {
    const call = request(
      `${PAYMENT_PROVIDER_URL}/v1/captures`,
      { agent, method: 'POST', headers },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve((JSON.parse(text) as { id: string }).id));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** Group commit: the answers that arrived during the last transaction share the next one. */
async function record(): Promise<void> {
  if (isRecording) return;
  isRecording = true;
  while (answers.length > 0)
    await stage.write({ name: 'captured', text: CAPTURED, values: [JSON.stringify(answers.splice(0))] });
  isRecording = false;
}

await stage.consume(['order.events'], ['order.reserved'], {
  name: 'request',
  text: REQUEST,
  onRows: (payments: Payment[]) => {
    for (const payment of payments)
      void capture(payment).then((captureId) => {
        answers.push({ orderId: payment.orderId, captureId });
        return record();
      });
  },
});
reportReady('');
