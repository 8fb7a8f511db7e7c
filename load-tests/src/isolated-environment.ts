/**
 * The environment of an isolated system: its own servers and free ports, and otherwise as in production.
 *
 * @param sampled the percentage of traces whose spans are recorded
 */
export function isolatedEnvironment(sampled: number, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const ports = ['ORDER', 'INVENTORY', 'PAYMENT', 'NOTIFICATION', 'PAYMENT_PROVIDER', 'IDENTITY_PROVIDER']
    .concat('MAILBOX', 'MAILBOX_SMTP')
    .map((name) => [`${name}_PORT`, '0'] as const);
  const notOurs = /^(OTEL_.*|LOG_LEVEL|POSTGRES_URL|REDIS_URL|KAFKA_.*|TENFOLD_DIR)$/;
  const inherited = Object.entries(process.env).filter(([name]) => !notOurs.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...Object.fromEntries(ports),
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(sampled / 100),
    ...more,
  };
}
