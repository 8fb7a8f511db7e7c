import { createLogger, type Logger } from '@repo/observability';

/** The servers that `npm test` started for all files, or those that the environment names. */
export function testServers(): { postgresUrl: string; redisUrl: string; kafkaBrokers: string[] } {
  return {
    postgresUrl: address('POSTGRES_URL'),
    redisUrl: address('REDIS_URL'),
    kafkaBrokers: address('KAFKA_BROKERS').split(','),
  };
}

function address(variable: string): string {
  const value = process.env[variable];
  if (value) return value;
  throw new Error(`This test needs servers. Run it with: npm test -- ${process.argv[1]}`);
}

/** Silent by default; TEST_LOG_LEVEL sets the level: `TEST_LOG_LEVEL=debug npm test -- file`. */
export const testLog: Logger = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent');
