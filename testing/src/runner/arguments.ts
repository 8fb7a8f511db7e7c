import { parseArgs } from 'node:util';
import { wrongUse } from '@repo/stack';
import type { TestFiles } from './test-files.ts';

export const HELP = `npm test [-- file or folder ...] [--e2e | --no-e2e] [--containers]

Runs all tests: those beside the code, then packages and services on real servers, then the whole system.
  --e2e          only the whole system      --no-e2e   all but the whole system
  --containers   Postgres, Kafka and Valkey from containers, as docker-compose.yml has them, not from packages
POSTGRES_URL, REDIS_URL and KAFKA_BROKERS name servers to use instead of starting some. They must be for
tests alone: a Postgres that holds the roles of a system is refused.
TEST_LOG_LEVEL=debug shows what the services log in tests that fail.`;

const KINDS = ['unit', 'service', 'e2e'] as const satisfies (keyof TestFiles)[];

export interface Arguments {
  isHelp: boolean;
  inContainers: boolean;
  /** The selected tests. */
  kinds: readonly (keyof TestFiles)[];
  /** Files and folders; everything when there are none. */
  places: string[];
}

/** Throws a Failure that shows how the command is used, where an argument makes no sense. */
export function readArguments(args: string[]): Arguments {
  const { values, positionals } = parse(args);
  const { e2e, containers = false, help = false } = values;
  const kinds = KINDS.filter((kind) => e2e === undefined || (kind === 'e2e') === e2e);
  return { isHelp: help, inContainers: containers, kinds, places: positionals };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      allowNegative: true,
      options: {
        e2e: { type: 'boolean' },
        containers: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw wrongUse(HELP, (error as Error).message);
  }
}
