import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Change, openChange } from '../base/change.ts';
import { instrumentsOnlyOf, monitoringOf } from './monitoring.ts';
import { removeRunbooks } from './runbooks.ts';

const measure = (...names: string[]) =>
  names.map((name) => `export const a = gauge<string>({\n  name: ownName('${name}'),\n});\n`).join('');
const alarm = (code: string) => `  {\n    code: '${code}',\n    summary: 'A parcel is lost',\n  },\n`;

const FILES: Record<string, string> = {
  'services/parcel/src/metrics.ts': measure('parcels.lost', 'time'),
  'services/parcel/src/watch.ts': "alarm('parcel-lost', 'a parcel is lost'); alarm('too-late', 'late');",
  'services/card/src/card.ts': `${measure('time')}alarm('too-late', 'late');`,
  'docs/runbooks/parcel-lost.md': '',
  'docs/runbooks/too-late.md': '',
  'monitoring/src/domain/alarms.ts': `export const alarms = [\n${alarm('parcel-lost')}${alarm('too-late')}];\n`,
  'monitoring/src/domain/post.ts': [
    `const lost = \`\${own}_parcels_lost\`;`,
    `const time = \`\${own}_time\`;`,
    "const links = [logs('parcel'), logs('card')];",
    "const a = 'a parcel';",
  ].join('\n'),
};

function openTree(t: TestContext): Change {
  const root = mkdtempSync(join(tmpdir(), 'monitoring-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return openChange(root);
}

test('an alarm that only the removed service raises loses its alert and its page', (t) => {
  const change = openTree(t);
  removeRunbooks(change, ['parcel']);

  assert.equal(
    change.read('monitoring/src/domain/alarms.ts'),
    `export const alarms = [\n${alarm('too-late')}];\n`,
  );
  assert.equal(change.has('docs/runbooks/parcel-lost.md'), false);
  assert.ok(change.has('docs/runbooks/too-late.md'));
});

test('lines that name the service, or read what only it measures, are to be changed by hand', (t) => {
  const change = openTree(t);
  const instruments = instrumentsOnlyOf(change, ['parcel']);

  assert.deepEqual(instruments, ['parcels_lost']);
  assert.deepEqual(monitoringOf(change, ['parcel'], instruments), [
    `monitoring/src/domain/post.ts:1  const lost = \`\${own}_parcels_lost\`;`,
    "monitoring/src/domain/post.ts:3  const links = [logs('parcel'), logs('card')];",
  ]);
});
