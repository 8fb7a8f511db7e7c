import { isService, type ServiceName, serviceNames } from '@repo/stack/topology';
import * as registered from './index.ts';
import type { ServicePart } from './service-part.ts';

const parts: Partial<Record<ServiceName, ServicePart>> = registered;

/** The parts of the services in the topology, in its order. A service without a part is started, stopped and killed too. */
export const activeParts: ServicePart[] = serviceNames.flatMap((name) => parts[name] ?? []);

/** The services that consume events of a type. */
export function consumersOf(type: string): ServiceName[] {
  return activeParts.filter(({ consumes }) => consumes.includes(type)).map(({ service }) => service);
}

/** Of some services those that are in the topology. */
export const present = (...names: string[]): ServiceName[] => names.filter(isService);
