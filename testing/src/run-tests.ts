// npm test: sets up all that the tests need, runs every file in a process of its own, and leaves nothing behind. The
// last line is the count of tests.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, interruption, type Servers, startServers } from '@tenfold/stack';
import { type Counts, type FileResult, runFile } from './run-file.ts';
import { findTestFiles, root, type TestFiles } from './test-files.ts';
import { openTestFolder } from './test-folder.ts';

const HELP = `npm test [-- file or folder ...] [--e2e | --no-e2e]

Runs all tests: those beside the code, then packages and services on real servers, then the whole system.
  --e2e      only the whole system      --no-e2e   all but the whole system
POSTGRES_URL, REDIS_URL and KAFKA_BROKERS name servers to use instead of starting some. They must be for
tests alone: a Postgres that holds the roles of a system is refused.
TEST_LOG_LEVEL=debug shows what the services log in tests that fail.`;

/** Services are run as in production, with OpenTelemetry; code that is tested by itself needs none. */
const WITH_TELEMETRY = ['--import', join(root, 'packages/observability/src/preload.ts')];

// Every file is a process that loads the same libraries: they are compiled once for all of them.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/tests');

const signal = interruption();
const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: { e2e: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) console.log(HELP);
  else {
    const files = await findTestFiles(positionals, process.env.INIT_CWD ?? root);
    await runAll({
      unit: values.e2e ? [] : files.unit,
      service: values.e2e ? [] : files.service,
      e2e: values.e2e === false ? [] : files.e2e,
    });
    report();
  }
} catch (error) {
  if (signal.aborted) console.error('interrupted; everything that was started has ended');
  else console.error(error instanceof Failure ? error.message : error);
  process.exitCode = signal.aborted ? 130 : 1;
}

async function runAll(files: TestFiles): Promise<void> {
  const folder = await openTestFolder();
  let servers: Promise<Servers> | undefined;
  try {
    if (files.service.length > 0) {
      servers = startServers({ dir: join(folder.dir, 'servers'), say: console.log, signal });
      servers.catch(() => {});
    }
    await runFiles(files.unit, { at: 2, execArgv: [] });
    if (servers) {
      await runFiles(files.service, {
        at: 3,
        execArgv: WITH_TELEMETRY,
        env: addressesOf(await servers),
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

function addressesOf({ postgresUrl, redisUrl, kafkaBrokers }: Servers): Record<string, string> {
  return { POSTGRES_URL: postgresUrl, REDIS_URL: redisUrl, KAFKA_BROKERS: kafkaBrokers };
}

/** Runs files, so many at a time, and says of each how it went. */
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
      if (!signal.aborted) tell(result);
    }
  });
  await Promise.all(lanes);
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  signal.throwIfAborted();
}

function tell({ file, seconds, story, ...result }: FileResult): void {
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
