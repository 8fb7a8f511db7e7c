import { freePort } from '../supervisor/processes/free-port.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { type ServiceName, serviceNames, services } from '../topology.ts';
import { prepareDatabase, type ServiceEnvironment, serviceSpec } from './run-services.ts';
import { loopback, standInUrl } from './run-stand-ins.ts';

export type Replica = { name: string; url: string };

/**
 * Creates and migrates the databases concurrently, then starts the services concurrently. Returns a function that starts
 * another replica of a service.
 *
 * @param dev the service that is restarted on every save
 */
export async function startServices(
  supervisor: Supervisor,
  given: Omit<ServiceEnvironment, 'jwksUrl'>,
  dev: ServiceName | undefined,
): Promise<(service: ServiceName) => Promise<Replica>> {
  const made = await supervisor.together(
    serviceNames.map((name) => prepareDatabase(supervisor, name, given)),
  );
  const databases = Object.fromEntries(serviceNames.map((name, index) => [name, made[index] ?? '']));
  const around = { ...given, jwksUrl: await findKeys(standInUrl('identity-provider', given.ports)) };
  const counts = new Map(serviceNames.map((name) => [name, 1]));

  const run = (service: ServiceName, name: string, port: number) => {
    const instance = { name, port, databaseUrl: databases[service] ?? '', dev: name === dev };
    return supervisor.run(serviceSpec(supervisor, service, instance, around));
  };
  await supervisor.together(serviceNames.map((name) => run(name, name, given.ports[services[name].port[0]])));

  return async (service) => {
    const count = (counts.get(service) ?? 1) + 1;
    counts.set(service, count);
    const [name, port] = [`${service}-${count}`, await freePort()];
    await run(service, name, port);
    return { name, url: loopback(port) };
  };
}

/** The address of an issuer's public keys (OpenID Connect Discovery 1.0). */
async function findKeys(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  return jwks_uri;
}
