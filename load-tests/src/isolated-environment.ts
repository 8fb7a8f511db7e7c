import { variable } from '@repo/stack';
import { freePorts } from '@repo/stack/topology';

const notInherited = new RegExp(`^(OTEL_.*|LOG_LEVEL|POSTGRES_URL|REDIS_URL|KAFKA_.*|${variable('DIR')})$`);

/**
 * The environment of an isolated system: its own servers and free ports, and otherwise as in production.
 *
 * @param sampled the percentage of traces whose spans are recorded
 */
export function isolatedEnvironment(sampled: number, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !notInherited.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...freePorts,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(sampled / 100),
    ...more,
  };
}
