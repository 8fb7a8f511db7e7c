import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { test } from 'node:test';

const repository = join(import.meta.dirname, '../../..');
const files = globSync('**/*', {
  cwd: repository,
  exclude: (path) => /(^|\/)(node_modules|\.[^/]+|CHANGELOG\.md)$/.test(path),
}).sort();
const pages = files.filter((file) => file.endsWith('.md'));

const read = (file: string) => readFileSync(join(repository, file), 'utf8');
const withoutCode = (text: string) => text.replace(/^```.*?^```$/gms, '');

test('every relative link of every page leads to a file, and its anchor to a heading or a line', () => {
  assert.ok(pages.includes('docs/commands.md'));
  assert.deepEqual(pages.flatMap(brokenLinks), []);
});

test('every file that a page of docs/ names in backticks exists, by its path or by its name', () => {
  const missing = pages
    .filter((page) => page.startsWith('docs/') || page === 'README.md')
    .flatMap((page) => namesInBackticks(page).map((name) => [page, name] as const))
    .filter(([, name]) => !files.some((file) => matchesGlob(file, name.includes('/') ? name : `**/${name}`)));
  assert.deepEqual(missing, []);
});

test('a broken link, a wrong heading, a line past the end and a name that has moved are each found', () => {
  const faults = (text: string) => text.matchAll(link).map(faultOf('docs/commands.md')).toArray();
  assert.deepEqual(
    faults('[a](commands.md#operations) [`command`](../stack/src/cli/command.ts) [b](https://b.test)'),
    [undefined, undefined, undefined],
  );
  assert.deepEqual(
    faults('[a](nothing.md) [b](commands.md#nothing) [c](commands.md#L9999) [`gone`](commands.md)'),
    [
      'nothing.md: no such file',
      'commands.md#nothing: no such heading',
      'commands.md#L9999: no such line',
      'commands.md: does not contain gone',
    ],
  );
});

const link = /\[([^\]]*)\]\(([^)\s]+)\)/g;

function brokenLinks(page: string): string[] {
  return withoutCode(read(page))
    .matchAll(link)
    .map(faultOf(page))
    .filter((fault) => fault !== undefined)
    .map((fault) => `${page}: ${fault}`)
    .toArray();
}

/** Why a link of the page is broken, or undefined. A link whose text is one name in code style must lead to that name. */
function faultOf(page: string): (match: RegExpExecArray) => string | undefined {
  return ([, text = '', target = '']) => {
    if (/^[a-z]+:/.test(target)) return undefined;
    const [path = '', anchor] = target.split('#');
    const file = path ? join(dirname(page), path) : page;
    if (!existsSync(join(repository, file))) return `${target}: no such file`;
    const name = /^`(\w+)`$/.exec(text)?.[1];
    if (name && !new RegExp(`\\b${name}\\b`).test(read(file))) return `${target}: does not contain ${name}`;
    return anchor ? faultOfAnchor(file, target, anchor) : undefined;
  };
}

function faultOfAnchor(file: string, target: string, anchor: string): string | undefined {
  const line = /^L(\d+)/.exec(anchor)?.[1];
  if (line) return Number(line) <= read(file).split('\n').length ? undefined : `${target}: no such line`;
  return headings(file).includes(anchor) ? undefined : `${target}: no such heading`;
}

/** The anchors that GitHub makes of a page's headings. */
function headings(file: string): string[] {
  return withoutCode(read(file))
    .matchAll(/^#+ (.+)$/gm)
    .map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    )
    .toArray();
}

/** Paths of the repository, and names of source files; either may have a `*`. */
function namesInBackticks(page: string): string[] {
  const rooms = 'services|packages|external|stack|demo|testing|e2e|load-tests|gateway|k8s';
  return withoutCode(read(page))
    .matchAll(new RegExp(`\`((?:${rooms})/[\\w.*/-]+|[\\w*][\\w.*-]*\\.(?:ts|mjs|sql|cfg|yaml))\``, 'g'))
    .map(([, name = '']) => name.replace(/\/$/, ''))
    .toArray();
}
