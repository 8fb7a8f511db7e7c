import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyRepository } from './repository-copy.ts';

// One copy for all tests, each of which goes on from the last.
const copy = await copyRepository();

test('remove-shop leaves the machinery and one small service', async () => {
  await copy.run('npm run --silent remove-shop');
  await copy.commit();

  assert.equal(
    await copy.run('ls services external'),
    'external:\nREADME.md\nidentity-provider\n\nservices:\nexample\n',
  );
});

test('the rules and dashboards that are left know no shop', async () => {
  const left =
    'git grep -li "payment\\|inventory\\|_orders\\|order_" -- monitoring/prometheus/rules monitoring/grafana';
  assert.equal(await copy.run(left, { status: 1 }), '');
  assert.match(copy.read('monitoring/prometheus/rules/causes.yml'), /job="example"/);
});

test('a first service of one’s own stands on the model', async () => {
  await copy.run('npm run --silent new-service -- booking --on journal-entry.recorded');
  await copy.commit();

  assert.match(await copy.run('npm run --silent check'), /check passed/);
});

test('the tests that are left pass', async () => {
  const files = [
    'services',
    'packages/contracts',
    'packages/http/src',
    'scaffolding',
    'stack/src',
    'testing/src',
    'k8s',
    'monitoring/src',
  ];
  assert.match(await copy.run(`npm test -- ${files.join(' ')}`), / 0 failed/);
});

test('npm start starts what is left, and prints what to try', async () => {
  const output = await copy.run('npm start -- --exit');
  assert.match(output, /npm run events -- --publish journal-entry\.requested --key/);
});
