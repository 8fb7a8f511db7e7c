import type { Addresses, Say, Servers } from '@repo/stack';

/** Where tests get their Postgres, Redis and Kafka from; decision 029 says when which is right. */
export interface ServerSource {
  /**
   * Starts those that the environment does not name. Throws a Failure, with nothing left running, for what the user
   * can mend.
   */
  start(options: StartOptions): Promise<Servers>;
  /** Ends what was started in a folder, or in one that is in it, by a process that did not come to stop it. */
  endLeftovers(folder: string): Promise<void>;
}

export interface StartOptions {
  /** The folder of their logs, and of their data where that is on this machine; made if it is not there. */
  dir: string;
  say: Say;
  /** Where POSTGRES_URL, REDIS_URL and KAFKA_BROKERS may name servers to use instead. */
  env?: NodeJS.ProcessEnv;
  /** Aborting it ends everything, also in the middle of the start. */
  signal?: AbortSignal | undefined;
}

/** The variables by which tests and systems are told of servers. */
export function variablesOf({ postgresUrl, redisUrl, kafkaBrokers }: Addresses): Record<string, string> {
  return { POSTGRES_URL: postgresUrl, REDIS_URL: redisUrl, KAFKA_BROKERS: kafkaBrokers };
}
