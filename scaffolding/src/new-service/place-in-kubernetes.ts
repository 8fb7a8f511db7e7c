import { project } from '@repo/stack';
import { serviceNames } from '@repo/stack/topology';
import type { Change } from '../base/change.ts';
import { append, insertAfter, insertAfterBlock, replace } from '../base/text-edits.ts';
import { copyTemplate } from './copy-template.ts';
import { type NewService, topicsOf } from './new-service.ts';

/** The manifests: the base of the service, and its place in each component and overlay that lists services. */
export function placeInKubernetes(change: Change, made: NewService): void {
  const name = made.service.kebab;
  for (const file of [
    'deployment',
    'disruption-budget',
    'kustomization',
    'migrate',
    'service-account',
    'service',
  ])
    copyTemplate(change, made, `k8s/base/${file}.yaml`, `k8s/base/${name}/${file}.yaml`);
  placeInComponents(change, made);
  const last = serviceNames.at(-1);
  const component = (of: string) => `k8s/components/${of}/kustomization.yaml`;
  const lists = [
    'k8s/base/kustomization.yaml',
    component('external-secrets'),
    component('gateway-api'),
    component('keda'),
  ];
  for (const list of lists) {
    const suffix = list.startsWith('k8s/base') ? '' : '.yaml';
    change.edit(list, insertAfter(`  - ${last}${suffix}\n`, `  - ${name}${suffix}\n`));
  }
  change.edit(component('keda'), insertAfter(new RegExp(`^ +name: .*\\b${last}$`, 'm'), `|${name}`));
  placeInOverlays(change, name);
}

function placeInComponents(change: Change, made: NewService): void {
  const { kebab: name, upper } = made.service;
  const last = serviceNames.at(-1) ?? '';
  for (const component of ['external-secrets', 'gateway-api', 'keda'])
    copyTemplate(change, made, `k8s/${component}.yaml`, `k8s/components/${component}/${name}.yaml`);
  const { consumed } = topicsOf(made);
  change.edit(`k8s/components/keda/${name}.yaml`, replace(/(?<=^ +topic: ).*$/m, consumed));
  change.edit(
    'k8s/components/cloudnative-pg/cluster.yaml',
    insertAfter(
      new RegExp(`^ +- hostssl ${last} .*\\n`, 'm'),
      `      - hostssl ${name} ${name}_app,${name}_migrator all scram-sha-256\n`,
    ),
    insertAfterBlock(
      `      - name: ${last}_app`,
      roleOf(name, 'migrator', 'migrator') + roleOf(name, 'app', 'database'),
    ),
  );
  change.edit('k8s/components/cloudnative-pg/databases.yaml', append(databaseOf(name)));
  change.edit(
    'k8s/components/credentials/databases.yaml',
    insertAfterBlock(
      `            - name: ${last.toUpperCase()}_MIGRATOR_DATABASE_URL`,
      variableOf(`${upper}_DATABASE_URL`, `${name}-database`) +
        variableOf(`${upper}_MIGRATOR_DATABASE_URL`, `${name}-migrator`),
    ),
  );
}

const roleOf = (name: string, role: string, secret: string) => `      - name: ${name}_${role}
        ensure: present
        login: true
        passwordSecret:
          name: ${name}-${secret}
`;

const databaseOf = (name: string) => `---
apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata:
  name: ${name}
spec:
  cluster:
    name: postgres
  name: ${name}
  owner: ${name}_migrator
  databaseReclaimPolicy: retain
`;

const variableOf = (variable: string, secret: string) => `            - name: ${variable}
              valueFrom: { secretKeyRef: { name: ${secret}, key: url } }
`;

function placeInOverlays(change: Change, name: string): void {
  const image = `${project.name}/${serviceNames.at(-1)}`;
  change.edit(
    'k8s/overlays/local/kustomization.yaml',
    insertAfter('\nreplicas:\n', `  - name: ${name}\n    count: 1\n`),
    insertAfterBlock(`  - name: ${image}`, `  - name: ${project.name}/${name}\n    newTag: local\n`),
  );
  change.edit(
    'k8s/overlays/production/kustomization.yaml',
    insertAfterBlock(
      `  - name: ${image}`,
      `  - name: ${project.name}/${name}
    newName: registry.example.com/${project.name}/${name}
    digest: sha256:${'0'.repeat(64)}
`,
    ),
  );
}
