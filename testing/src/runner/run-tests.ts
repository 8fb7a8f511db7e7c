// npm test: sets up all that the tests need, runs every file in a process of its own, and leaves nothing running. The
// last line is the count of tests.

import { join } from 'node:path';
import { Failure, interruption, type Servers } from '@repo/stack';
import { areInContainers, IN_CONTAINERS, openSource } from '../server-sources/open.ts';
import { type ServerSource, variablesOf } from '../server-sources/server-source.ts';
import { HELP, readArguments } from './arguments.ts';
import { type Counts, type FileResult, runFile } from './run-file.ts';
import { findTestFiles, root, type TestFiles } from './test-files.ts';
import { openTestFolder } from './test-folder.ts';

/** Services run as in production, with OpenTelemetry; unit tests need none. */
const WITH_TELEMETRY = ['--import', join(root, 'packages/observability/src/preload.ts')];

// Every file is a process that loads the same libraries: the compile cache compiles them once.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/tests');

const signal = interruption();
const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
try {
  const { isHelp, inContainers, kinds, places } = readArguments(process.argv.slice(2));
  if (isHelp) console.log(HELP);
  else {
    const files = await findTestFiles(places, process.env.INIT_CWD ?? root);
    const wanted = Object.fromEntries(kinds.map((kind) => [kind, files[kind]]));
    if (inContainers) Object.assign(process.env, IN_CONTAINERS);
    const source = await openSource({ inContainers, signal });
    await runAll({ unit: [], service: [], e2e: [], ...wanted }, source);
    report();
  }
} catch (error) {
  if (signal.aborted) console.error('interrupted; everything that was started has ended');
  else console.error(error instanceof Failure ? error.message : error);
  process.exitCode = signal.aborted ? 130 : 1;
  // A container engine that does not answer, or still pulls, would keep this process alive.
  if (areInContainers()) process.exit();
}

async function runAll(files: TestFiles, source: ServerSource): Promise<void> {
  const folder = await openTestFolder(source);
  let servers: Promise<Servers> | undefined;
  try {
    if (files.service.length > 0) {
      servers = source.start({ dir: join(folder.dir, 'servers'), print: console.log, signal });
      servers.catch(() => {});
    }
    await runFiles(files.unit, { at: 2, execArgv: [] });
    if (servers) {
      await runFiles(files.service, {
        at: 3,
        execArgv: WITH_TELEMETRY,
        env: variablesOf(await servers),
      });
      await (await servers).stop();
    }
    await runFiles(files.e2e, {
      at: 1,
      execArgv: [],
      env: { TENFOLD_TEST_DIR: folder.dir, TEST_FILE_TIMEOUT_MS: '420000' },
    });
  } finally {
    await servers?.then(
      ({ stop }) => stop(),
      () => {},
    );
    await folder.clear();
  }
}

/** Runs files, a limited number at a time, and prints the result of each. */
async function runFiles(
  files: string[],
  options: { at: number; execArgv: string[]; env?: Record<string, string> },
): Promise<void> {
  const { env = {} } = options;
  const before = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name]]));
  Object.assign(process.env, env);
  const waiting = [...files];
  const lanes = Array.from({ length: options.at }, async () => {
    for (let file = waiting.shift(); file && !signal.aborted; file = waiting.shift()) {
      const result = await runFile(file, { ...options, signal });
      if (!signal.aborted) print(result);
    }
  });
  await Promise.all(lanes);
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  signal.throwIfAborted();
}

function print({ file, seconds, story, ...result }: FileResult): void {
  for (const key of ['passed', 'failed', 'skipped'] as const) counts[key] += result[key];
  const { passed, failed } = result;
  const mark = failed > 0 ? 'FAILED' : 'ok    ';
  console.log(`${mark} ${file}  ${passed + failed} tests  ${seconds.toFixed(1)} s`);
  if (story) console.log(`\n${story.replace(/^(?=.)/gm, '    ')}\n`);
}

function report(): void {
  const { passed, failed, skipped } = counts;
  const hasSkipped = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`${passed} passed, ${failed} failed${hasSkipped}`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
