import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { page, readUses, telemetryTable, withTable } from './telemetry-page.ts';

const instruments = await readUses();

test('the page on telemetry lists every instrument: npm run docs:telemetry', () => {
  const text = readFileSync(page, 'utf8');
  assert.equal(text, withTable(text, telemetryTable(instruments)), 'npm run docs:telemetry changes the page');
});

for (const { name, usedBy, description } of instruments) {
  test(`${name} answers a question, and a dashboard or an alert uses it`, () => {
    assert.match(description, /\?/);
    assert.ok(usedBy.length > 0, 'nobody uses it: delete it, or show it');
  });
}
