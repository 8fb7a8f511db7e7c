import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheFolder, project } from '@repo/stack';
import { serviceNames, services } from '@repo/stack/topology';
import { copyRepository } from './repository-copy.ts';

// One copy for all tests, each of which goes on from the last: an installation and a run of all checks cost the most.
const copy = await copyRepository();
// A hyphen is harder than a word: variables, and the names of metrics, have an underscore for it.
const name = project.name === 'acme-shop' ? 'init-tech' : 'acme-shop';
const inVariables = name.replaceAll('-', '_');
// The downloads are under the old name.
process.env[`${inVariables.toUpperCase()}_CACHE`] = cacheFolder();
const consumed = serviceNames.find((service) =>
  Object.entries(services).some(
    ([other, { consumes }]) =>
      other !== service && consumes.some(({ topics }) => topics.includes(`${service}.events`)),
  ),
);

test('rename leaves the old name only where the origin is named', async () => {
  await copy.run(`npm run --silent rename -- ${name} --holder "Acme Ltd"`);
  await copy.commit();

  const left = await copy.run(`git grep -il ${project.name}`);
  assert.deepEqual(left.trim().split('\n'), ['LICENSE', 'README.md', 'docs/make-it-yours.md']);
  assert.match(copy.read('LICENSE'), /Copyright \(c\) \d+ The .* authors\nCopyright \(c\) \d+ Acme Ltd\n/);
  assert.match(copy.read('README.md'), /^Made from /m);
});

test('rules, dashboards and pages are those that the code writes under the new name', async () => {
  assert.match(
    copy.read('monitoring/prometheus/rules/causes.yml'),
    new RegExp(`\\b${inVariables}_relay_leader\\b`),
  );
  assert.match(await copy.run('npm test -- monitoring/src testing/src/checks k8s'), / 0 failed/);
});

test('a name that is used, and the present one, are refused', async () => {
  assert.match(await copy.run('npm run --silent rename -- stack', { status: 1 }), /name of a folder already/);
  assert.match(await copy.run(`npm run --silent rename -- ${name}`, { status: 1 }), /called .* already/);
});

test('a service whose events another consumes is not removed', async () => {
  const refusal = await copy.run(`npm run --silent remove-service -- ${consumed}`, { status: 1 });
  assert.match(refusal, new RegExp(`^${consumed} cannot be removed: .* consumes ${consumed}\\.events`));
});

test('remove-service undoes new-service', async () => {
  await copy.run('npm run --silent new-service -- gift --on order.confirmed --publishes');
  await copy.commit();
  await copy.run('npm run --silent remove-service -- gift');
  await copy.commit();

  assert.equal(await copy.run('git diff --stat HEAD~2'), '');
});

test('a service is removed with its stand-in, and the checks pass under the new name', async () => {
  await copy.run('npm run --silent remove-service -- notification');
  const changed = await copy.commit();
  assert.ok(changed.includes('external/mailbox/src/main.ts'));
  assert.equal(
    await copy.run('git grep -l notification -- "*.yml" "*.yaml" Dockerfile gateway', { status: 1 }),
    '',
  );
  assert.match(await copy.run('npm run --silent check'), /check passed/);
  assert.match(await copy.run('npm test -- monitoring/src'), / 0 failed/);
});

test('npm start tells the story of the orders without mail', async () => {
  const output = await copy.run('npm start -- --exit');
  assert.match(output, /All ended as they should/);
  assert.doesNotMatch(output, /e-mail/);
});
