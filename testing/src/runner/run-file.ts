import { join } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { root } from './test-files.ts';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface FileResult extends Counts {
  file: string;
  seconds: number;
  /** The text to print after a failure: the failed tests, their errors and the file's output. */
  story: string;
}

const WATCHDOG = join(import.meta.dirname, 'watchdog.ts');

interface TestReport {
  name: string;
  nesting: number;
  /** Absent when the file itself is reported as a test: it crashed, or holds no test. */
  entryFile?: string;
  message?: string;
  details: { error?: Error & { cause?: unknown } };
}

/** Runs one test file in a process of its own. */
export async function runFile(
  file: string,
  options: { execArgv: string[]; signal: AbortSignal },
): Promise<FileResult> {
  const since = performance.now();
  const { signal } = options;
  const execArgv = ['--import', WATCHDOG, ...options.execArgv];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const output: string[] = [];
  for await (const event of run({ files: [join(root, file)], cwd: root, execArgv, signal })) {
    const report = event.data as unknown as TestReport;
    if (event.type === 'test:stdout' || event.type === 'test:stderr') output.push(report.message ?? '');
    if (event.type === 'test:fail') failures.push(describe(report));
    if (event.type === 'test:pass' && !report.entryFile) {
      failures.push('✗ the file holds no test');
      counts.failed++;
      counts.passed--;
    }
    if (event.type !== 'test:summary' || event.data.file) continue;
    const { passed, failed, cancelled, skipped, todo } = event.data.counts;
    counts.passed += passed;
    counts.failed += failed + cancelled;
    counts.skipped += skipped + todo;
  }
  const story = failures.length > 0 ? [...failures, ...withoutRepeats(output)].join('\n') : '';
  return { file, ...counts, seconds: (performance.now() - since) / 1000, story };
}

function describe({ name, entryFile, details }: TestReport): string {
  const error = details.error?.cause ?? details.error;
  const title = entryFile ? name : 'the file did not run to its end';
  return `✗ ${title}\n${inspect(error, { depth: 5, colors: false }).replace(/^/gm, '    ')}`;
}

/** Cuts long output in its middle. */
function withoutRepeats(output: string[]): string[] {
  const lines = output.join('').trimEnd().split('\n');
  if (lines.length === 1 && lines[0] === '') return [];
  const shown = lines.length > 200 ? [...lines.slice(0, 100), '...', ...lines.slice(-100)] : lines;
  return ['it wrote:', ...shown.map((line) => `    ${line}`)];
}
