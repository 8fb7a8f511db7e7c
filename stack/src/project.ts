import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

type Project = { name: string; title: string; domain: string };

/** The project's own facts. They are read as a file: `npm run fetch` runs before a package can be imported. */
export const project = JSON.parse(
  readFileSync(join(repository, 'packages/project/project.json'), 'utf8'),
) as Project;

/** An environment variable of this project: `TENFOLD_DIR` for `DIR`. */
export const variable = (name: 'DIR' | 'CACHE' | 'RUNNING_FILE' | 'RUNNER_PID'): string =>
  `${project.name.toUpperCase().replaceAll('-', '_')}_${name}`;
