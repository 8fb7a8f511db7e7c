import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceNames, services } from '@repo/stack/topology';
import { openChange } from '../base/change.ts';
import { formsOf } from '../base/names.ts';
import { repository } from '../base/work-tree.ts';
import { copyTemplate } from './copy-template.ts';

type Manifests = { made: string; present: string };

/** The manifest that the generator would write for a service that exists, and the one that it has. */
function manifestsOf(name: (typeof serviceNames)[number], template: string, file: string): Manifests {
  const change = openChange(repository);
  const noun = formsOf(name);
  const port = services[name].port[1];
  const made = { service: noun, noun, nouns: noun, port, publishes: false, on: undefined };
  copyTemplate(change, made, `k8s/${template}.yaml`, 'made.yaml');
  return { made: change.read('made.yaml'), present: change.read(`k8s/${file}.yaml`) };
}

/** The lines that the generator would write and the service does not have, without comments. */
function otherLines({ made, present }: Manifests): string[] {
  const own = new Set(present.split('\n'));
  return made.split('\n').filter((line) => !own.has(line) && !/^ *#/.test(line));
}

for (const name of serviceNames) {
  test(`the templates of the manifests are those of ${name}, apart from its needs`, () => {
    for (const file of ['disruption-budget', 'kustomization', 'migrate', 'service-account', 'service']) {
      const { made, present } = manifestsOf(name, `base/${file}`, `base/${name}/${file}`);
      assert.equal(made, present, file);
    }
    const secrets = manifestsOf(name, 'external-secrets', `components/external-secrets/${name}`);
    assert.equal(secrets.made, secrets.present);
    const deployment = manifestsOf(name, 'base/deployment', `base/${name}/deployment`);
    assert.deepEqual(
      otherLines(deployment).filter((line) => !line.includes(' cpu: ')),
      [],
    );
    const routes = manifestsOf(name, 'gateway-api', `components/gateway-api/${name}`);
    assert.deepEqual(
      otherLines(routes).filter((line) => !line.includes('value: /v1/')),
      [],
    );
  });
}
