import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, type Print, reasonOf } from '../failure.ts';
import { repository, variable } from '../project.ts';
import { ensureTool } from './tools.ts';

export type FetchOptions = { cache: string; log: string; print: Print; signal?: AbortSignal | undefined };

/** The downloads of pom.xml, and the folder of each in the cache. */
const versions = { kafka: 'kafka-4.4.0', redis: 'redis-6.2.11' };
type Artifact = keyof typeof versions;

/** The folder of a download in the cache. */
export const cachePath = (cache: string, artifact: Artifact) => join(cache, versions[artifact]);

/** Downloads what is missing from the cache, with one run of Maven. A download appears there complete or not at all. */
export async function fetchOnce(artifacts: readonly Artifact[], fetching: FetchOptions): Promise<void> {
  const missing = artifacts.filter((artifact) => !existsSync(cachePath(fetching.cache, artifact)));
  if (missing.length === 0) return;
  await ensureTool('mvn', fetching);
  const part = join(fetching.cache, `.part-${process.pid}`);
  try {
    mkdirSync(part, { recursive: true });
  } catch (error) {
    throw new Failure(
      `The folder ${fetching.cache} cannot be written (${reasonOf(error)}): set ${variable('CACHE')} to one that can be.`,
    );
  }
  try {
    await runMaven(missing, part, fetching);
    for (const artifact of missing) {
      if (!existsSync(cachePath(fetching.cache, artifact)))
        renameSync(join(part, artifact), cachePath(fetching.cache, artifact));
    }
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

const goals = { kafka: 'dependency:copy-dependencies@kafka', redis: 'dependency:unpack@redis' };

async function runMaven(
  artifacts: readonly Artifact[],
  target: string,
  { print, log, signal }: FetchOptions,
): Promise<void> {
  const names = artifacts.map((artifact) => versions[artifact].replace('-', ' ')).join(' and ');
  print(`fetching ${names} from Maven Central, once`);
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const child = spawn(
    'mvn',
    [
      ...['-B', '-f', join(repository, 'stack/pom.xml'), `-Dtarget=${target}`, `-Dplatform=${platform}`],
      ...artifacts.map((artifact) => goals[artifact]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], signal },
  );
  const output = openSync(log, 'a', 0o600);
  let printed = '';
  const note = (chunk: Buffer) => {
    writeSync(output, chunk);
    printed += chunk;
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const progress = setInterval(
    () =>
      print(
        `fetching ${names}: ${printed.split('Downloaded from').length - 1} files so far, Maven's own included`,
      ),
    5_000,
  );
  const [status] = await once(child, 'close').finally(() => {
    clearInterval(progress);
    closeSync(output);
  });
  if (status !== 0) throw new Failure(explain(names, printed, log));
}

function explain(names: string, printed: string, log: string): string {
  // Maven names the file and the repository, then the error of the transfer.
  const [, reason] = /could not transfer .*?\): (.{1,150}?)( ->|$)/im.exec(printed) ?? [];
  if (reason) {
    return `${names} could not be fetched from Maven Central (${reason}): start again where it can be reached.`;
  }
  const [, error] = /\[ERROR\] (.{1,300})/.exec(printed) ?? [];
  return `Maven could not fetch ${names}: ${error ?? 'it printed no error'} (${log}).`;
}
