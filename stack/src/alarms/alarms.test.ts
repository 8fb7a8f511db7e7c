import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { correlation, serviceNames } from '../topology.ts';
import { createAlarmPrinter, readAlarm } from './alarms.ts';
import { watchAlarms } from './watch-alarms.ts';

const deadLetter = 'an event could not be processed and is a dead letter';
const dir = mkdtempSync(join(tmpdir(), 'alarms-'));
after(() => rmSync(dir, { recursive: true }));

function line(facts: Record<string, unknown> = {}): string {
  const time = new Date(1_000).toISOString();
  const entry = {
    level: 50,
    time,
    service: 'payment',
    key: '42',
    alarm: 'dead-letter-created',
    msg: deadLetter,
  };
  return JSON.stringify({ ...entry, ...facts });
}

function printer() {
  const printed: string[] = [];
  const { print, summarize } = createAlarmPrinter(
    (one) => printed.push(stripVTControlCharacters(one).trim()),
    5_000,
  );
  const raise = (facts: Record<string, unknown>, now: number) => {
    const alarm = readAlarm(line(facts));
    assert.ok(alarm);
    print(alarm, now);
  };
  return { printed, raise, summarize };
}

test('an alarm names its service, its subject and the next step', () => {
  const { printed, raise } = printer();
  raise({}, 0);
  raise(
    {
      service: 'order',
      key: undefined,
      [correlation.field]: '7',
      alarm: 'event-unpublishable',
      msg: 'a wrong event',
    },
    0,
  );
  raise({ service: 'order', key: undefined, alarm: 'new', msg: 'a new one', err: { message: 'x' } }, 0);
  assert.deepEqual(printed, [
    `ALARM payment: ${deadLetter} (42); npm run dead-letters -- list`,
    'ALARM order: a wrong event (7); see docs/runbooks/event-unpublishable.md',
    'ALARM order: a new one; npm run logs may show why',
  ]);
});

test('an alarm of a worker names the worker, and an empty key is not its subject', () => {
  const { printed, raise } = printer();
  raise({ key: '', worker: 'relay', alarm: 'worker-stalled', msg: 'a worker makes no progress' }, 0);
  assert.deepEqual(printed, [
    'ALARM payment: a worker makes no progress (relay); see docs/runbooks/worker-stalled.md',
  ]);
});

test('an alarm of any content is one line of bounded length', () => {
  const any = fc.jsonValue({ stringUnit: 'binary' });
  const facts = fc.record({
    time: any,
    service: any,
    msg: any,
    key: any,
    orderId: any,
    id: any,
    worker: any,
  });

  fc.assert(
    fc.property(facts, (given) => {
      const { printed, raise } = printer();
      raise(given, 0);
      assert.doesNotMatch(printed.join(), /(?! )[\p{C}\p{Z}]/u);
    }),
  );
  const { printed, raise } = printer();
  raise(
    { key: 'x'.repeat(1_000_000), alarm: 'constructor', msg: 'constructor', service: { toString: null } },
    0,
  );
  assert.match(
    printed[0] ?? '',
    /^ALARM \{"toString":null\}: constructor \(x+… \(1000000 .*npm run logs may show why$/,
  );
});

test('repetitions within moments are summed up, and a later one is printed again', () => {
  const { printed, raise, summarize } = printer();
  for (const now of [0, 100, 4_900]) raise({ key: `${now}` }, now);
  raise({ service: 'inventory' }, 200);
  summarize(4_999);
  assert.equal(printed.length, 2);
  summarize(5_000);
  assert.equal(printed.at(-1), `ALARM payment: ${deadLetter}, 2 more within 5 s`);
  raise({}, 6_000);
  summarize(10_000);
  assert.equal(printed.at(-1), `ALARM payment: ${deadLetter}, 1 more within 5 s`);
  summarize(15_000);
  raise({}, 15_001);
  assert.equal(printed.length, 5);
  assert.match(printed.at(-1) ?? '', /42/);
});

test('other lines are no alarms', () => {
  assert.equal(readAlarm('{"level":50,"msg":"no alarm"}'), null);
  assert.equal(readAlarm('cut off: {"alarm":"x"'), null);
  assert.equal(readAlarm('[{"alarm":"x"}]'), null);
  assert.equal(readAlarm('{"fact":{"alarm":"x"}}'), null);
});

test('a running system prints the alarms in its logs soon, but not those of an earlier run', async (t) => {
  mkdirSync(join(dir, 'logs'));
  const log = join(dir, 'logs', `${serviceNames[0]}.log`);
  writeFileSync(log, `${line({ key: 'earlier' })}\n`);
  const printed: string[] = [];
  const stop = watchAlarms({ dir, since: 2_000, print: (one) => printed.push(one) });
  appendFileSync(log, `${line({ key: 'now', time: new Date(3_000).toISOString() })}\n`);
  await t.waitFor(() => assert.match(printed.join('\n'), /\(now\)/), { timeout: 10_000 });
  stop();
  assert.equal(printed.length, 1);
});
