import { freePorts } from '@repo/stack/topology';

const NOT_INHERITED = /^(OTEL_.*|LOG_LEVEL|POSTGRES_URL|REDIS_URL|KAFKA_.*|TENFOLD_DIR)$/;

/** The environment of a system on free ports and on servers of its own, whatever else runs on this machine. */
export function ownEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  return { ...Object.fromEntries(inherited), ...freePorts, ...more };
}
