import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyRepository } from './repository-copy.ts';

// One copy for all tests, each of which goes on from the last: an installation and a run of all checks cost the most.
const copy = await copyRepository();

test('a generator refuses a work tree with changes, and a dry run writes nothing', async () => {
  await copy.run('npm run --silent new-service -- shipping --on order.confirmed --dry-run');
  assert.equal(await copy.run('git status --porcelain'), '');

  await copy.run('touch left-over');
  const refusal = await copy.run('npm run --silent new-event -- order.shipped', { status: 1 });
  assert.match(refusal, /^The work tree has changes that are not committed \(left-over\)/);
  await copy.run('rm left-over');
});

test('new-service makes a service that only consumes', async () => {
  await copy.run('npm run --silent new-service -- shipping --on order.confirmed --noun shipment');

  const rows = await copy.run('git diff --numstat docs/configuration.md');
  assert.match(rows, /^1\t0\t/, 'it describes its variables as the other services do');
  assert.match(
    copy.read('monitoring/prometheus/rules/causes.yml'),
    /job="shipping"/,
    'its silence raises an alert',
  );
  const changed = await copy.commit();
  assert.ok(changed.includes('services/shipping/src/record-shipment.ts'));
  assert.ok(!changed.includes('services/shipping/src/shipping-events.ts'));
  const left = await copy.run('git grep -il "journal\\|example-contracts" -- services packages', {
    status: 1,
  });
  assert.equal(left, '');
});

test('new-service --publishes makes a service with a contract and an outbox', async () => {
  await copy.run('npm run --silent new-service -- gift --on order.refunded --noun gift-card --publishes');

  const changed = await copy.commit();
  for (const path of ['src/gift-events.ts', 'src/gift-card.ts', 'migrations/002-create-messaging.sql'])
    assert.ok(changed.includes(`services/gift/${path}`), path);
  assert.ok(changed.includes('packages/contracts/snapshots/gift-card.recorded.json'));
  assert.match(copy.read('stack/src/topology.ts'), /port: \['GIFT_PORT', 3006\]/);
});

test('new-event adds to the contract, also of a service that was just made', async () => {
  await copy.run('npm run --silent new-event -- order.shipped');
  assert.ok((await copy.commit()).includes('packages/contracts/snapshots/order.shipped.json'));

  await copy.run('npm run --silent new-event -- gift-card.spent');
  assert.ok((await copy.commit()).includes('services/gift/src/gift-card-spent-event.test.ts'));
});

test('new-use-case makes a use case, in a folder of its service too', async () => {
  await copy.run('npm run --silent new-use-case -- order split-order');
  await copy.commit();
  await copy.run('npm run --silent new-use-case -- inventory stock/count-stock');
  assert.deepEqual(await copy.commit(), [
    'services/inventory/src/stock/count-stock.ts',
    'services/inventory/test/count-stock.test.ts',
  ]);
});

test('all checks pass on what the generators have made', async () => {
  assert.match(await copy.run('npm run --silent check'), /check passed/);
});

test('the tests of what the generators have made pass, and so do those that compare it with the topology', async () => {
  const files = [
    ...[
      'services/shipping',
      'services/gift',
      'packages/contracts',
      'k8s/test/manifests.test.ts',
      'k8s/test/topology.test.ts',
      'stack/src/topology.test.ts',
    ],
    ...['services/order/src/order-shipped-event.test.ts', 'services/order/test/split-order.test.ts'],
    ...['services/inventory/test/count-stock.test.ts', 'testing/src/checks/environment-table.test.ts'],
    ...['testing/src/checks/migrations.test.ts', 'testing/src/checks/workflows.test.ts', 'monitoring/src'],
  ];
  const output = await copy.run(`npm test -- ${files.join(' ')}`);
  assert.match(output, / 0 failed/);
});

test('npm start runs the new services with the others, and an order reaches them', async () => {
  const output = await copy.run('npm start -- --exit');

  assert.match(output, /shipping +[├└] process order\.confirmed/);
  assert.match(copy.read('.tenfold/logs/gift.log'), /"msg":"started"/);
});
