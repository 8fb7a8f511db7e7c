import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { Failure, type Print } from '../failure.ts';
import { lastLogLine } from '../supervisor/processes/last-log-line.ts';

type Tool = 'mvn' | 'java';
const debianPackage = { mvn: 'maven', java: 'default-jre-headless' };
const names = { mvn: 'Maven', java: 'Java' };

/** Ensures that a program is installed; as root on a Debian-like system, it installs the program. */
export async function ensureTool(
  tool: Tool,
  to: { log: string; print: Print; signal?: AbortSignal | undefined },
) {
  if (isOnPath(tool)) return;
  const asRootOnDebian = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!asRootOnDebian) throw new Failure(`${names[tool]} is missing, which Kafka needs: ${cure(tool)}`);
  to.print(`${names[tool]} is missing: installing it with apt-get`);
  await run('apt-get', ['update'], to);
  await run('apt-get', ['install', '-y', '--no-install-recommends', debianPackage[tool]], to);
  // A new Java trusts Debian's authorities; this adds those that this machine has added.
  if (isFilled('/usr/local/share/ca-certificates')) await run('update-ca-certificates', ['--fresh'], to);
}

function cure(tool: Tool): string {
  if (process.platform === 'darwin') return `brew install ${tool === 'mvn' ? 'maven' : 'openjdk'}`;
  if (existsSync('/usr/bin/apt-get')) return `sudo apt-get install -y ${debianPackage[tool]}`;
  if (existsSync('/usr/bin/dnf')) return 'sudo dnf install -y maven';
  return `install ${names[tool]}, or give the address of a Kafka as KAFKA_BROKERS.`;
}

export function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));
}

const isFilled = (folder: string) => existsSync(folder) && readdirSync(folder).length > 0;

type RunOptions = { log: string; signal?: AbortSignal | undefined };

async function run(program: string, args: string[], { log, signal }: RunOptions): Promise<void> {
  const output = openSync(log, 'a', 0o600);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn(program, args, { env, signal, stdio: ['ignore', output, output] });
  closeSync(output);
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Failure(`${program} ${args.join(' ')} failed: ${lastLogLine(log)}; see ${log}`);
}

const oldestJava = 17;

/** Ensures a version of Java that Kafka supports. */
export async function ensureJava(to: {
  log: string;
  print: Print;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  await ensureTool('java', to);
  const version = javaVersion();
  if (version >= oldestJava) return;
  const found = version > 0 ? `is Java ${version}` : 'does not run';
  throw new Failure(
    `Kafka needs Java ${oldestJava} or newer, and the java on the PATH ${found}: put a newer one first.`,
  );
}

/** The major version; 0 if Java does not run. The version of Java 8 is 1.8. */
function javaVersion(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(?:1\.)?(\d+)/.exec(stderr)?.[1] ?? 0);
}
