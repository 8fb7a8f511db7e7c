export { Failure, type Say } from './failure.ts';
export { interruption } from './interruption.ts';
export { endOrphans } from './processes/ledger.ts';
export { isAlive, openRunFolder } from './run-folder.ts';
export type { Running } from './running.ts';
export { createServiceDatabase, type ServiceDatabase } from './service-databases.ts';
export type { Span } from './spans.ts';
export { type Addresses, type Servers, startServers } from './start-servers.ts';
export { type System, startSystem } from './start-system.ts';
