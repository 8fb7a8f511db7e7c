import { readRunning } from '../control/running.ts';
import { databaseAddress } from '../control/service-address.ts';
import { Failure } from '../failure.ts';
import { consumerGroups, groupIdQuery, type ServiceName, serviceNames } from '../topology.ts';
import type { ConsumerGroup } from '../topology-types.ts';
import { openLagReader } from './lag.ts';
import { type Backlog, readBacklog, type ServiceStatus } from './status.ts';

/** The backlog of each service of the running system, in its database and on its topics. */
export async function readStatuses(dir: string): Promise<ServiceStatus[]> {
  const readLag = openLagReader(readRunning(dir).servers.kafka);
  return Promise.all(
    serviceNames.map(async (service) => {
      const reading = readBacklog(service, databaseAddress(dir, service));
      const [backlog, lag] = await Promise.all([reading, readLag(groupsOf(service, reading))]);
      return { service, backlog, lag };
    }),
  );
}

/** A part of a group's name may be in the service's database. */
async function groupsOf(service: ServiceName, reading: Promise<Backlog | string>): Promise<ConsumerGroup[]> {
  if (!groupIdQuery(service)) return consumerGroups(service, '');
  const backlog = await reading;
  if (typeof backlog === 'string')
    throw new Failure(`the name of a consumer group is in the database of ${service}, which is down`);
  return consumerGroups(service, backlog.groupId ?? '');
}
