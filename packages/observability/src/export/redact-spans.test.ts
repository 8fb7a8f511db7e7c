import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactSpans } from './redact-spans.ts';

const ADDRESS = 'ada@canary.example';

test('an exported span contains no address, in whichever attribute a library has put it', () => {
  const sent: unknown[] = [];
  const exporter: Parameters<typeof redactSpans>[0] = { export: (spans) => void sent.push(...spans) };
  redactSpans(exporter);
  const span = {
    attributes: { 'url.full': `https://mail.example/${ADDRESS}`, count: 7, to: [ADDRESS] },
    events: [
      { attributes: { 'exception.message': ADDRESS, 'exception.stacktrace': `Error: ${ADDRESS}` } },
      {},
    ],
    status: { message: `550 <${ADDRESS}>` },
  };

  exporter.export([span] as never, () => {});

  assert.equal(sent.length, 1);
  assert.doesNotMatch(JSON.stringify(sent), /canary/);
  assert.match(JSON.stringify(sent), /"count":7/);
});
