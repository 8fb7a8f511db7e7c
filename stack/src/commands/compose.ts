import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { wrongUse } from '../cli/command.ts';
import { checkDocker, readComposeFile, refuseUsedPorts } from '../containers/check-docker.ts';
import { explainContainers, explainImages, isRunning } from '../containers/explain-containers.ts';
import { Failure } from '../failure.ts';
import { repository } from '../project.ts';
import { tools } from '../topology.ts';

const usage = `
npm run compose -- up|down|status|TOOL|test [arguments for docker compose]

A thin helper for the system in containers: it checks the requirements of docker compose, and explains what is missing
and which containers fail.

  up       docker compose up               (--detach, --scale NAME=3, ...)
  down     docker compose down             (--volumes forgets the data)
  status   docker compose ps
  TOOL     docker compose run tools TOOL   (${tools.join(', ')}; each has --help)
  test     npm run test:compose
`;

const runTool = ['docker', 'compose', 'run', '--rm', '--quiet-pull', 'tools'];
const commands: Record<string, (args: string[]) => string[]> = {
  up: (args) => ['docker', 'compose', 'up', ...args],
  down: (args) => ['docker', 'compose', 'down', ...args],
  status: (args) => ['docker', 'compose', 'ps', ...args],
  ...Object.fromEntries(tools.map((tool) => [tool, (args: string[]) => [...runTool, tool, ...args]])),
  test: (args) => [process.execPath, 'e2e/run-compose.ts', ...args],
};

const INTERRUPTED = 130;

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  return 1;
});

// Most of its arguments are docker's, which parses them itself.
async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  if (['--help', '-h'].includes(name)) {
    console.log(usage.trim());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw wrongUse(usage, name ? `Unknown command "${name}".` : 'A command is missing.');
  checkDocker();
  const { project, ports } = readComposeFile();
  // While the system runs, it uses its ports itself.
  if (name === 'up' && !isRunning(project)) await refuseUsedPorts(ports);
  const status = await run(command(args));
  if (name === 'up' && status !== 0 && status !== INTERRUPTED) {
    for (const line of [...explainImages(), ...explainContainers(project)]) console.error(line);
  }
  return status;
}

/** Ctrl-C on a terminal reaches docker itself, which stops its containers; this process waits for that. */
async function run([program = '', ...args]: string[]): Promise<number> {
  const child = spawn(program, args, { cwd: repository, stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [status] = await once(child, 'exit');
  return status ?? INTERRUPTED;
}
