import { once } from 'node:events';
import { createServer } from 'node:net';
import { Failure } from '../failure.ts';
import { ask } from './ask-docker.ts';

/** The first versions with the features of docker-compose.yml: subpaths of volumes, optional dependencies, `attach`. */
const oldest = { engine: [26, 0], compose: [2, 27] } as const;

/** Throws a Failure that names the missing part of Docker, and how to install it. */
export function checkDocker(): void {
  const engine = ask(['version', '--format', '{{.Server.Version}}']);
  if (engine.isMissing)
    throw new Failure(
      'Docker is not installed: install it (https://docs.docker.com/get-docker/), or use npm start.',
    );
  if (!engine.answer)
    throw new Failure(
      `Docker does not answer (${engine.reason}): start it, and check your permission to use it.`,
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

/** The project of the compose file, and its published ports by their variables, as docker compose reads them. */
export function readComposeFile(): { project: string; ports: Record<string, number> } {
  const { answer, reason } = ask(['compose', 'config', '--format', 'json']);
  if (!answer) throw new Failure(`docker-compose.yml cannot be read: ${reason}`);
  const { name, services } = JSON.parse(answer) as {
    name: string;
    services: Record<string, { ports?: { published: string }[] }>;
  };
  const portOf = (service: string) => Number(services[service]?.ports?.[0]?.published);
  return { project: name, ports: { GATEWAY_PORT: portOf('gateway'), MAILBOX_PORT: portOf('mailbox') } };
}

/** Throws a Failure where a port of this machine is in use; it names the variable of the port. */
export async function refuseUsedPorts(ports: Record<string, number>): Promise<void> {
  for (const [variable, port] of Object.entries(ports)) {
    if (await isUsed(port)) throw new Failure(`Port ${port} is in use: set ${variable} to another one.`);
  }
}

export function refuseOld(what: string, version: string, [major, minor]: readonly [number, number]): void {
  const [ofMajor = 0, ofMinor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (ofMajor > major || (ofMajor === major && ofMinor >= minor)) return;
  throw new Failure(`${what} is too old (${version}): version ${major}.${minor} or newer is needed.`);
}

/** Whether the port is in use. (Docker has more permissions, and reports a forbidden port itself.) */
async function isUsed(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  } finally {
    server.close();
  }
}
