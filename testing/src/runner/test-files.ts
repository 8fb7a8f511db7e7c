import { glob } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Failure } from '@repo/stack';

/** The kinds of test file, in the order in which they are run. */
export interface TestFiles {
  /** Next to the code: they need no running server. */
  unit: string[];
  /** One package or one service on real servers. */
  service: string[];
  /** The whole system, or servers that the file starts: one file at a time. */
  e2e: string[];
}

export const root = resolve(import.meta.dirname, '../../..');

const PATTERNS: Record<keyof TestFiles, string[]> = {
  unit: [
    '{packages,services,external,scaffolding/templates}/*/src/**/*.test.ts',
    '{stack,demo,testing,scaffolding,monitoring,load-tests,load-tests/scenarios}/src/**/*.test.ts',
    'k8s/test/**/*.test.ts',
  ],
  service: [
    '{packages,services,external,scaffolding/templates}/*/test/**/*.test.ts',
    'testing/test/**/*.test.ts',
  ],
  e2e: ['{e2e,stack/test,demo/test,scaffolding/test}/**/*.test.ts'],
};

/**
 * Finds the test files of each kind.
 *
 * @param wanted files and folders, relative to where npm was called; everything when there are none
 * @throws Failure when one of them holds no tests
 */
export async function findTestFiles(wanted: string[], from: string): Promise<TestFiles> {
  const places = wanted.map((place) => relative(root, resolve(from, place)));
  const found = {
    unit: await find(PATTERNS.unit),
    service: await find(PATTERNS.service),
    e2e: await find(PATTERNS.e2e),
  };
  const all = Object.values(found).flat();
  const empty = places.find((place) => !all.some((file) => isWithin(file, place)));
  if (empty !== undefined) throw new Failure(`There are no tests in ${empty || 'this folder'}.`);
  if (places.length === 0) return found;
  const pick = (files: string[]) => files.filter((file) => places.some((place) => isWithin(file, place)));
  return { unit: pick(found.unit), service: pick(found.service), e2e: pick(found.e2e) };
}

async function find(patterns: string[]): Promise<string[]> {
  const exclude = (name: string) => name.includes('node_modules');
  const files = await Array.fromAsync(glob(patterns, { cwd: root, exclude }));
  return files.sort();
}

function isWithin(file: string, place: string): boolean {
  return place === '' || file === place || file.startsWith(join(place, '/'));
}
