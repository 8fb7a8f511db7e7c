import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Failure } from '../failure.ts';

/** The first that have what docker-compose.yml asks for: parts of volumes, steps that need not be there, `attach`. */
const oldest = { engine: [26, 0], compose: [2, 27] } as const;

/** Throws a Failure that names what is missing of Docker, and says how to get it. */
export function checkDocker(): void {
  const engine = ask(['version', '--format', '{{.Server.Version}}']);
  if (engine.isMissing)
    throw new Failure(
      'There is no docker here: install Docker (https://docs.docker.com/get-docker/), or use npm start.',
    );
  if (!engine.answer)
    throw new Failure(
      `Docker does not answer (${engine.reason}): start it, and look whether you may use it.`,
    );
  refuseOld('The Docker engine', engine.answer, oldest.engine);
  const compose = ask(['compose', 'version', '--short']);
  if (!compose.answer) throw new Failure('Docker has no compose: install its plugin docker-compose-plugin.');
  refuseOld('Docker compose', compose.answer, oldest.compose);
  if (!ask(['buildx', 'version']).answer)
    throw new Failure(
      'Docker has no buildx, which builds the images: install its plugin docker-buildx-plugin.',
    );
}

/** Throws a Failure where a port of this machine is taken; it names the variable that chooses another one. */
export async function refuseTaken(ports: Record<string, number>): Promise<void> {
  for (const [variable, port] of Object.entries(ports)) {
    if (await isTaken(port)) throw new Failure(`Port ${port} is taken: set ${variable} to another one.`);
  }
}

function ask(args: string[]) {
  const { error, stdout, stderr, status } = spawnSync('docker', args, { encoding: 'utf8' });
  const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  const reason = (stderr ?? '').trim().split('\n').at(-1) ?? '';
  return { isMissing, reason, answer: status === 0 ? stdout.trim() : '' };
}

function refuseOld(what: string, version: string, [major, minor]: readonly [number, number]): void {
  const [ofMajor = 0, ofMinor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (ofMajor > major || (ofMajor === major && ofMinor >= minor)) return;
  throw new Failure(`${what} is too old (${version}): version ${major}.${minor} or newer is needed.`);
}

async function isTaken(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const error = await Promise.race([once(server, 'listening').then(() => null), once(server, 'error')]).catch(
    (thrown: unknown) => thrown,
  );
  if (error === null) await new Promise((closed) => server.close(closed));
  return error !== null;
}

/** A container as `docker inspect` describes it, of which only this is looked at. */
type Container = {
  State: { Status: string; ExitCode: number; OOMKilled: boolean; Health?: { Status: string } };
  HostConfig: { Memory: number };
  Config: { Labels: Record<string, string> };
};

/**
 * Why containers of a project do not run, each in one sentence that says what to do.
 *
 * @param project its name
 */
export function explainContainers(project: string): string[] {
  const ids = containersOf(project, ['--all']);
  if (ids.length === 0) return [];
  const containers = JSON.parse(ask(['inspect', ...ids]).answer || '[]') as Container[];
  return containers.flatMap((container) => explain(container) ?? []);
}

/** Whether a container of a project runs. */
export function isRunning(project: string): boolean {
  return containersOf(project).length > 0;
}

function containersOf(project: string, options: string[] = []): string[] {
  const filter = `label=com.docker.compose.project=${project}`;
  const { answer } = ask(['ps', '--quiet', ...options, '--filter', filter]);
  return answer.split('\n').filter(Boolean);
}

function explain({ State, HostConfig, Config }: Container): string | undefined {
  const service = Config.Labels['com.docker.compose.service'] ?? '';
  const log = `docker compose logs ${service}`;
  if (State.OOMKilled) {
    const limit = Math.round(HostConfig.Memory / 2 ** 20);
    return `${service} needed more memory than its limit of ${limit} MB: raise its mem_limit in docker-compose.yml.`;
  }
  if (State.Health?.Status === 'unhealthy') return `${service} does not become healthy: ${log} says why.`;
  if (State.Status === 'exited' && State.ExitCode !== 0)
    return `${service} ended with status ${State.ExitCode}: ${log} says why.`;
  return undefined;
}
