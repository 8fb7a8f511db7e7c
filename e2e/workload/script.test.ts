import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeScript } from './script.ts';

test('the same seed writes the same script, and a shorter one is its beginning', () => {
  const script = writeScript(7, 50);
  assert.deepEqual(writeScript(7, 50), script);
  assert.deepEqual(writeScript(7, 20), script.slice(0, 20));
  assert.notDeepEqual(writeScript(8, 50), script);
});

const ACTS = ['cancel', 'delete', 'delist', 'interfere', 'read', 'redeliver', 'reprice', 'restock'];
const TOKENS = ['tok_declined', 'tok_flaky', 'tok_lost_reply', 'tok_ok', 'tok_slow'];

test('the script of two hundred orders contains every action and every payment token', () => {
  const script = writeScript(1, 200);
  const acts = script.flatMap((story) => story.acts.map(({ does }) => does));
  assert.deepEqual([...new Set(acts)].sort(), ACTS);
  assert.deepEqual([...new Set(script.map(({ paymentToken }) => paymentToken))].sort(), TOKENS);
  assert.ok(script.some(({ sending }) => sending.copies > 1));
  assert.ok(script.some(({ sending }) => sending.loses !== null));
});
