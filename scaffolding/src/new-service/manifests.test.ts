import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceNames, services } from '@repo/stack/topology';
import { openChange } from '../base/change.ts';
import { formsOf } from '../base/names.ts';
import { repository } from '../base/work-tree.ts';
import { copyTemplate } from './copy-template.ts';

/** The manifest that the generator would write for a service that exists, and the one that it has. */
function manifestsOf(name: (typeof serviceNames)[number], file: string): { made: string; present: string } {
  const change = openChange(repository);
  const noun = formsOf(name);
  const port = services[name].port[1];
  const made = { service: noun, noun, nouns: noun, port, publishes: false, on: undefined };
  copyTemplate(change, made, `k8s/base/${file}.yaml`, 'made.yaml');
  return { made: change.read('made.yaml'), present: change.read(`k8s/base/${name}/${file}.yaml`) };
}

for (const name of serviceNames) {
  test(`the templates of the manifests are those of ${name}, apart from its needs`, () => {
    for (const file of ['disruption-budget', 'kustomization', 'migrate', 'service-account', 'service']) {
      const { made, present } = manifestsOf(name, file);
      assert.equal(made, present, file);
    }
    const { made, present } = manifestsOf(name, 'deployment');
    const own = new Set(present.split('\n'));
    const other = made.split('\n').filter((line) => !own.has(line) && !/^#| cpu: /.test(line));
    assert.deepEqual(other, []);
  });
}
