import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../runner/test-files.ts';

const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });

/** The images of the servers. Their versions are kept in docker-compose.yml alone. */
export const images: Record<'postgres' | 'valkey' | 'kafka', string> = {
  postgres: services.postgres.image,
  valkey: services.valkey.image,
  kafka: services.kafka.image,
};
