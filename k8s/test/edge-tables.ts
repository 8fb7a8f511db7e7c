/** The ports that each pod may reach, in addition to DNS. Every other connection is forbidden. */
type Reach = Record<string, string>;

const collector = 'observability:4317 observability:4318';
const migrate = {
  'order-migrate': 'postgres:5432 kafka:9092',
  'inventory-migrate': 'postgres:5432 kafka:9092',
  'payment-migrate': 'postgres:5432 kafka:9092',
  'notification-migrate': 'postgres:5432 kafka:9092',
};
/** Identified by its ports only, since it is not a pod. */
const apiServer = 'any:443 any:6443';

const local: Reach = {
  any: 'gateway:8080',
  gateway: 'order:3001 inventory:3002 payment:3003 notification:3004',
  order: `postgres:5432 kafka:9092 identity-provider:3102 ${collector}`,
  inventory: `postgres:5432 kafka:9092 identity-provider:3102 valkey:6379 ${collector}`,
  payment: `postgres:5432 kafka:9092 identity-provider:3102 payment-provider:3101 ${collector}`,
  notification: `postgres:5432 kafka:9092 identity-provider:3102 mailbox:3125 ${collector}`,
  ...migrate,
  credentials: apiServer,
  databases: 'postgres:5432',
  demo: 'gateway:8080 kafka:9092 identity-provider:3102 payment-provider:3101 mailbox:3103',
};

const production: Reach = {
  'example-gateway': 'order:3001 inventory:3002 payment:3003 notification:3004',
  order: `postgres:5432 kafka:9092 outside:443 ${collector}`,
  inventory: `postgres:5432 kafka:9092 outside:443 valkey:6379 ${collector}`,
  payment: `postgres:5432 kafka:9092 outside:443 ${collector}`,
  notification: `postgres:5432 kafka:9092 outside:443 outside:465 outside:587 ${collector}`,
  ...migrate,
  keda: 'kafka:9092',
  'cnpg-system': 'postgres:5432 postgres:8000',
  postgres: `postgres:5432 postgres:8000 ${apiServer}`,
  kafka: `kafka:9090 kafka:9091 ${apiServer}`,
};

export const reach = {
  local,
  autoscaled: { ...local, keda: 'kafka:9092' },
  persistent: local,
  production,
};
