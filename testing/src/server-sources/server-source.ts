import type { Addresses, Print, Servers } from '@repo/stack';

/** A source of Postgres, Redis and Kafka for tests; decision 029 compares the sources. */
export interface ServerSource {
  /**
   * Starts those that the environment does not name. Throws a Failure, with nothing left running, for a fault that the user
   * can fix.
   */
  start(options: StartOptions): Promise<Servers>;
  /** Stops servers in a folder, or below it, that a killed process left running. */
  endLeftovers(folder: string): Promise<void>;
}

export interface StartOptions {
  /** The folder of their logs, and of their data where that is on this machine; made if it is not there. */
  dir: string;
  print: Print;
  /** Where POSTGRES_URL, REDIS_URL and KAFKA_BROKERS may name servers to use instead. */
  env?: NodeJS.ProcessEnv;
  /** Aborting it stops everything, also during the start. */
  signal?: AbortSignal | undefined;
}

/** The variables that name the servers to tests and systems. */
export function variablesOf({ postgresUrl, redisUrl, kafkaBrokers }: Addresses): Record<string, string> {
  return { POSTGRES_URL: postgresUrl, REDIS_URL: redisUrl, KAFKA_BROKERS: kafkaBrokers };
}
