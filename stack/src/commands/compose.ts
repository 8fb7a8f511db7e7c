import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { wrongUse } from '../command.ts';
import { checkDocker, readComposeFile, refuseTaken } from '../containers/check-docker.ts';
import { explainContainers, explainImages, isRunning } from '../containers/explain-containers.ts';
import { Failure } from '../failure.ts';
import { repository } from '../project.ts';

const usage = `
npm run compose -- up|down|status|order|test [arguments for docker compose]

A thin helper for the system in containers: it looks whether all is there that docker compose needs, and says what to
do about what is missing or fails.

  up       docker compose up               (--detach, --scale order=3, ...)
  down     docker compose down             (--volumes forgets the data)
  status   docker compose ps
  order    docker compose run tools order  (--sku MOUSE, --payment tok_declined, ...)
  test     npm run test:compose
`;

const commands: Record<string, (args: string[]) => string[]> = {
  up: (args) => ['docker', 'compose', 'up', ...args],
  down: (args) => ['docker', 'compose', 'down', ...args],
  status: (args) => ['docker', 'compose', 'ps', ...args],
  order: (args) => ['docker', 'compose', 'run', '--rm', '--quiet-pull', 'tools', 'order', ...args],
  test: (args) => [process.execPath, 'e2e/run-compose.ts', ...args],
};

const INTERRUPTED = 130;

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  return 1;
});

// Its arguments are mostly docker's, which knows them better.
async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  if (['--help', '-h'].includes(name)) {
    console.log(usage.trim());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw wrongUse(usage, `What is "${name}"?`);
  checkDocker();
  const { project, ports } = readComposeFile();
  // While the system runs, its ports are taken by itself.
  if (name === 'up' && !isRunning(project)) await refuseTaken(ports);
  const status = await run(command(args));
  if (name === 'up' && status !== 0 && status !== INTERRUPTED) {
    for (const line of [...explainImages(), ...explainContainers(project)]) console.error(line);
  }
  return status;
}

/** Ctrl-C on a terminal reaches docker without us; it ends what it has started, and we wait for that. */
async function run([program = '', ...args]: string[]): Promise<number> {
  const child = spawn(program, args, { cwd: repository, stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [status] = await once(child, 'exit');
  return status ?? INTERRUPTED;
}
