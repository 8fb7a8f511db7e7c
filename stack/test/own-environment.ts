const {
  POSTGRES_URL: _postgres,
  REDIS_URL: _redis,
  KAFKA_BROKERS: _kafka,
  KAFKA_NAMESPACE: _prefix,
  ...rest
} = process.env;
const ports = [
  ...['ORDER_PORT', 'INVENTORY_PORT', 'PAYMENT_PORT', 'NOTIFICATION_PORT'],
  ...['PAYMENT_PROVIDER_PORT', 'IDENTITY_PROVIDER_PORT', 'MAILBOX_PORT', 'MAILBOX_SMTP_PORT'],
];

/** For a system beside whatever else runs: servers of its own, on free ports. */
export const ownEnvironment: NodeJS.ProcessEnv = {
  ...rest,
  ...Object.fromEntries(ports.map((port) => [port, '0'])),
};
