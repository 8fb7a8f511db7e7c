import { project } from '@repo/stack';
import { serviceNames } from '@repo/stack/topology';
import type { Change } from '../base/change.ts';
import { insertAfter, insertAfterBlock } from '../base/text-edits.ts';
import type { NewService } from './new-service.ts';

/** The containers of docker-compose.yml: two replicas, the migrate step, and the credentials. */
export function placeInCompose(change: Change, { service, port }: NewService): void {
  const last = serviceNames.at(-1) ?? '';
  const { kebab: name, upper } = service;
  change.edit(
    'docker-compose.yml',
    insertAfter(
      `      ${last}: { condition: service_healthy }\n`,
      `      ${name}: { condition: service_healthy }\n`,
    ),
    insertAfterBlock(`  ${last}:`, `\n${containerOf(name, port)}`),
    insertAfterBlock(`  ${last}-2:`, replicaOf(name)),
    insertAfter(
      `      ${last.toUpperCase()}_MIGRATOR_DATABASE_URL_FILE: /credentials/${last}-migrator/url\n`,
      `      ${upper}_DATABASE_URL_FILE: /credentials/${name}-database/url
      ${upper}_MIGRATOR_DATABASE_URL_FILE: /credentials/${name}-migrator/url
`,
    ),
    insertAfterBlock(`  ${last}-migrate:`, migrateStepOf(name)),
  );
}

const containerOf = (name: string, port: number) => `  ${name}:
    <<: [*confined, *service]
${imageOf(name)}
    environment: { <<: *environment, DATABASE_URL_FILE: /credentials/url }
${credentialOf(`${name}-database`)}
    healthcheck: { <<: *health, test: [CMD, node, /app/healthy.mjs, 'http://127.0.0.1:${port}/readyz'] }
    depends_on:
      ${name}-migrate: { condition: service_completed_successfully }
      identity-provider: { condition: service_healthy }
`;

const replicaOf = (name: string) => `  ${name}-2:
    extends: ${name}
    profiles: [scale]
    networks: { front: { aliases: [${name}] }, back: {} }
`;

const migrateStepOf = (name: string) => `  ${name}-migrate:
    <<: [*step, *migrate, *confined]
${imageOf(name)}
${credentialOf(`${name}-migrator`)}
`;

const imageOf = (name: string) => `    pull_policy: never
    image: ${project.name}/${name}:\${${project.name.toUpperCase().replaceAll('-', '_')}_TAG:-local}
    build: { context: ., target: ${name} }`;

const credentialOf = (subpath: string) => `    volumes:
      - {
          type: volume,
          source: credentials,
          target: /credentials,
          read_only: true,
          volume: { subpath: ${subpath} },
        }`;
