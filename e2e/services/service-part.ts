import type { Queryable } from '@repo/postgres';
import type { Running } from '@repo/stack';
import type { ServiceName } from '@repo/stack/topology';
import type { Evidence } from '../invariants/evidence.ts';
import type { Invariant } from '../invariants/general.ts';
import type { Histories } from '../invariants/histories.ts';
import type { Person, Request } from '../workload/client.ts';

/** Everything in these runs that belongs to one service, and that is removed with it. */
export interface ServicePart {
  service: ServiceName;
  /** The types of the events that it consumes. */
  consumes: string[];
  invariants?: Invariant[];
  histories?: Histories;
  audit?: Audit;
  workload?: Workload;
}

/** Reads the evidence of one service, as an administrator of its database. */
export interface Audit {
  /** Reads the service's tables, and the records of the stand-in that it works with. */
  read(database: Queryable, running: Running): Promise<Partial<Evidence>>;
  /** The work that is left, as sentences. */
  openWork?(database: Queryable): Promise<string[]>;
  /** The service's part of the evidence, without what existed before the run. */
  since(evidence: Evidence, before: Evidence): Partial<Evidence>;
}

/** The part of the clients' work that only this service needs. */
export interface Workload {
  /** Texts that clients send and that no service may pass on, by what they are. */
  secrets: Record<string, string>;
  /** The request that prepares a customer, whose number is given. */
  prepareCustomer?(who: Person, number: number, running: Running): Request | undefined;
}
