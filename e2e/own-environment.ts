const PORTS = ['ORDER', 'INVENTORY', 'PAYMENT', 'NOTIFICATION', 'PAYMENT_PROVIDER', 'IDENTITY_PROVIDER']
  .concat('MAILBOX', 'MAILBOX_SMTP')
  .map((name) => [`${name}_PORT`, '0'] as const);
const NOT_OURS = /^(OTEL_.*|LOG_LEVEL|POSTGRES_URL|REDIS_URL|KAFKA_.*|TENFOLD_DIR)$/;

/** The environment of a system on free ports, and on servers of its own, whatever runs beside it. */
export function ownEnvironment(more: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_OURS.test(name));
  return { ...Object.fromEntries(inherited), ...Object.fromEntries(PORTS), ...more };
}
