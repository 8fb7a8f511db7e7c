import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases, promtoolTest } from '@repo/monitoring/rule-cases';
import { monitoring, runProgram } from './program.ts';

/** The unit tests of the rules with Prometheus' own tool: whether each alert fires, is quiet, and stops. */
export function testRules({ dir, print }: { dir: string; print(line: string): void }): boolean {
  mkdirSync(dir, { recursive: true });
  const folder = join(monitoring, 'prometheus/rules');
  const results = (Object.keys(cases) as (keyof typeof cases)[]).map((file) => {
    const test = join(dir, `${file}.test.yml`);
    writeFileSync(test, promtoolTest(file, folder));
    const { status, output } = runProgram('promtool', ['test', 'rules', test], { dir });
    print(`rules of ${file}: ${cases[file].length} cases, ${status === 0 ? 'passed' : `failed\n${output}`}`);
    return status === 0;
  });
  return results.every(Boolean);
}
