// npm run check:words: refuses private words where the field has a term. docs/glossary.md has the terms.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateWords } from './private-words.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Files that keep or quote such words. */
const EXEMPT = [
  // History.
  /^CHANGELOG\.md$|^services\/order\/test\/older-database\.sql$/,
  // Older checkouts know an option by its old name.
  /^load-tests\/bench\.ts$/,
  // The words are here to be refused.
  /^testing\/src\/checks\/.*words.*$/,
  // Not ours.
  /^pnpm-lock\.yaml$|^patches\//,
];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter(
    (file) =>
      /\.(ts|mts|mjs|md|sql|ya?ml|cfg|sh|json)$|Dockerfile$/.test(file) &&
      !EXEMPT.some((exempt) => exempt.test(file)),
  );

const found = files.flatMap((file) => privateWords(file, read(file)));
for (const line of found) console.log(line);
if (found.length > 0) {
  console.log(`\n${found.length} private words; docs/glossary.md has the terms.`);
  console.log('Is one a word of your domain? Delete it from testing/src/checks/private-words.ts.');
}
process.exitCode = found.length > 0 ? 1 : 0;

/** Empty for a file that git still lists but that is deleted in the work tree. */
function read(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return '';
  }
}
