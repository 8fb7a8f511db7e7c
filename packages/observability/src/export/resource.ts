import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import {
  defaultResource,
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';

/**
 * Which process the telemetry comes from: its service, version and instance. The detectors of the SDK are not used: they
 * add the arguments of the command line, in which there may be secrets, and ids that change with every start. What
 * OTEL_RESOURCE_ATTRIBUTES names has precedence.
 *
 * @param service the name of the service
 */
export function openResource(service: string, env: NodeJS.ProcessEnv): Resource {
  const own = resourceFromAttributes({
    'service.version': readVersion(),
    'service.instance.id': instanceId(service, env),
  });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
    .merge(resourceFromAttributes({ 'service.name': service }));
}

/** The version of the package in whose folder the process runs. */
function readVersion(): string | undefined {
  try {
    return JSON.parse(readFileSync('package.json', 'utf8')).version;
  } catch {
    return undefined;
  }
}

/**
 * Names a process: the same after a restart, and another one for each replica. A container has a host name of its own;
 * processes of one host differ in their port, and the commands of a service in their name.
 * (https://opentelemetry.io/docs/specs/semconv/resource/service/)
 */
export function instanceId(service: string, env: NodeJS.ProcessEnv, script = process.argv[1] ?? ''): string {
  const command = basename(script, '.ts');
  if (command !== 'main') return `${hostname()}:${command}`;
  const port = env[`${service.toUpperCase().replaceAll('-', '_')}_PORT`];
  if (!port) return hostname();
  // With 0 the system chooses a port, and nothing but the process id tells two processes apart.
  return `${hostname()}:${port === '0' ? process.pid : port}`;
}
