import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

const file = resolve(import.meta.dirname, '../../docker-compose.yml');
const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as {
  services: Record<string, { image?: string; environment?: Record<string, unknown> }>;
};

/** The images of docker-compose.yml with their default tags. It is the one place for the versions of servers. */
export const imagesOfCompose = new Set(
  Object.values(services).flatMap(({ image = '' }) => image.replace(/\$\{\w+:-(.*?)\}/, '$1') || []),
);

/** The initdb flags of the Postgres in docker-compose.yml. */
export const initdbFlags = String(services.postgres?.environment?.POSTGRES_INITDB_ARGS);
