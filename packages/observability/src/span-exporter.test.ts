import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSpanExporter, withoutSecrets } from './span-exporter.ts';

const ADDRESS = 'ada@canary.example';
type Exporter = Parameters<typeof withoutSecrets>[0];

test('an exported span contains no address, in whichever attribute a library has put it', () => {
  const sent: unknown[] = [];
  const exporter = { export: (spans: unknown[]) => void sent.push(...spans) } as unknown as Exporter;
  const span = {
    attributes: { 'url.full': `https://mail.example/${ADDRESS}`, count: 7, to: [ADDRESS] },
    events: [
      { attributes: { 'exception.message': ADDRESS, 'exception.stacktrace': `Error: ${ADDRESS}` } },
      {},
    ],
    status: { message: `550 <${ADDRESS}>` },
  };

  withoutSecrets(exporter).export([span] as never, () => {});

  assert.equal(sent.length, 1);
  assert.doesNotMatch(JSON.stringify(sent), /canary/);
  assert.match(JSON.stringify(sent), /"count":7/);
});

test('each protocol of the specification has an exporter, and an unknown one is refused with their names', async () => {
  for (const protocol of ['grpc', 'http/json', 'http/protobuf']) {
    const exporter = await openSpanExporter(protocol);
    await exporter.shutdown();
  }
  await assert.rejects(openSpanExporter('smoke'), /is grpc, http\/json, http\/protobuf, not "smoke"/);
});
