import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

const file = resolve(import.meta.dirname, '../../docker-compose.yml');
const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as {
  services: Record<string, { image?: string; environment?: Record<string, unknown> }>;
};

/** The images of docker-compose.yml, with the tags that it gives them by itself. The versions of servers are kept there. */
export const imagesOfCompose = new Set(
  Object.values(services).flatMap(({ image = '' }) => image.replace(/\$\{\w+:-(.*?)\}/, '$1') || []),
);

/** With which flags the Postgres of docker-compose.yml makes its data. */
export const initdbFlags = String(services.postgres?.environment?.POSTGRES_INITDB_ARGS);
