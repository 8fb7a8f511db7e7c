import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repository } from './project.ts';
import { consumerGroups, isService, type ServiceName, serviceNames, services, topics } from './topology.ts';

type Subscription = { event: { topic: string } };
type Subscriptions = {
  subscriptions?: Subscription[];
  createSubscriptions?: (alarm: () => void) => Subscription[];
  priceSubscriptions?: Subscription[];
};

/** The topics of each consumer of a service, in the order of its app.ts, as the service itself declares them. */
async function topicsSubscribed(service: ServiceName): Promise<string[][]> {
  const file = join(repository, 'services', service, 'src', 'subscriptions.ts');
  const declared = (await import(pathToFileURL(file).href)) as Subscriptions;
  const consumers = [
    declared.subscriptions ?? declared.createSubscriptions?.(() => {}),
    declared.priceSubscriptions,
  ];
  return consumers
    .filter((subscriptions) => subscriptions !== undefined)
    .map((subscriptions) => [...new Set(subscriptions.map(({ event }) => event.topic))]);
}

/** The groups in app.ts, with `ID` where a part of the name is known only at run time. */
function groupsNamed(service: ServiceName): string[] {
  const app = readFileSync(join(repository, 'services', service, 'src', 'app.ts'), 'utf8');
  return app
    .matchAll(/\bgroup: (?:async \(\) => )?['`](.+?)['`],/g)
    .map(([, name = '']) => name.replace(/\$\{[^}]+\}/, 'ID'))
    .toArray();
}

for (const service of serviceNames) {
  test(`the consumer groups of ${service} are those that it joins, on the topics that it subscribes to`, async () => {
    const groups = consumerGroups(service, 'ID');

    assert.deepEqual(
      groups.map(({ group }) => group),
      groupsNamed(service),
    );
    assert.deepEqual(
      groups.map(({ topics }) => topics),
      await topicsSubscribed(service),
    );
  });
}

test('a service is known by its name, and a name of JavaScript is none', () => {
  assert.ok(serviceNames.every((name) => existsSync(join(repository, 'services', name))));
  for (const name of ['toString', 'constructor', '__proto__', '']) assert.ok(!isService(name), name);
});

test('a service publishes the events of its contract, each on a topic that it owns', async () => {
  for (const service of serviceNames) {
    const file = join(repository, 'packages/contracts/src', `${service}.ts`);
    const owned = new Set(services[service].publishes);
    if (owned.size === 0) continue;
    const events: { topic: string }[] = Object.values(await import(pathToFileURL(file).href));
    assert.deepEqual(new Set(events.map(({ topic }) => topic)), owned, service);
  }
  assert.equal(new Set(topics).size, topics.length, 'a topic has one owner');
});
