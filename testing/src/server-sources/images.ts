import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '@tenfold/stack';
import { root } from '../test-files.ts';

const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

/** The images of the servers. Their versions are kept in docker-compose.yml alone. */
export const images = {
  postgres: imageOf('postgres'),
  valkey: imageOf('valkey/valkey'),
  kafka: imageOf('apache/kafka'),
};

function imageOf(repository: string): string {
  const [, image] = new RegExp(`^ *image: (${repository}[:@]\\S+)$`, 'm').exec(compose) ?? [];
  if (!image) throw new Failure(`docker-compose.yml has no line "image: ${repository}:...".`);
  return image;
}
