import { freePorts } from '@repo/stack';

const {
  POSTGRES_URL: _postgres,
  REDIS_URL: _redis,
  KAFKA_BROKERS: _kafka,
  KAFKA_NAMESPACE: _prefix,
  ...rest
} = process.env;

/** The environment of a system on free ports, and on servers of its own. */
export const ownEnvironment: NodeJS.ProcessEnv = { ...rest, ...freePorts };
