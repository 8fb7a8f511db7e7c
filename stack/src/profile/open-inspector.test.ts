import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAddresses } from './open-inspector.ts';

test('an inspector that the log names is open until the log names it as ended', () => {
  const log = [
    'Debugger listening on ws://127.0.0.1:4001/first',
    'Debugger attached.',
    'Debugger ending on ws://127.0.0.1:4001/first',
    '{"msg":"Debugger listening on ws://127.0.0.1:1/forged"}',
    'Debugger listening on ws://127.0.0.1:4001/second',
  ];
  assert.deepEqual(openAddresses(log.slice(0, 4).join('\n')), []);
  assert.deepEqual(openAddresses(log.join('\n')), ['ws://127.0.0.1:4001/second']);
});
