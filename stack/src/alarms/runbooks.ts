import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../project.ts';

/** The next step after an alarm: a command where there is one, else the page of its code. */
export function nextStep(code: string): string {
  if (code === 'dead-letter-created') return 'npm run dead-letters -- list';
  const page = `docs/runbooks/${code}.md`;
  const isKnown = /^[a-z-]+$/.test(code) && existsSync(join(repository, page));
  return isKnown ? `see ${page}` : 'npm run logs may show why';
}
