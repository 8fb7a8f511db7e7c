import { project } from '@repo/stack';
import { type ServiceName, serviceNames, services } from '@repo/stack/topology';

/** The ports that each pod may reach, in addition to DNS. Every other connection is forbidden. */
type Reach = Record<string, string>;

const collector = 'observability:4317 observability:4318';
const eachService = <Entry>(entryOf: (name: ServiceName) => [string, Entry]) =>
  Object.fromEntries(serviceNames.map(entryOf));
const migrate = eachService((name) => [`${name}-migrate`, 'postgres:5432 kafka:9092']);
const allServices = serviceNames.map((name) => `${name}:${services[name].port[1]}`).join(' ');

/** What services reach in addition to what all of them do. */
const needed: Record<string, { local: string; production: string }> = {
  REDIS_URL: { local: ' valkey:6379', production: ' valkey:6379' },
  PAYMENT_PROVIDER_URL: { local: ' payment-provider:3101', production: '' },
  SMTP_URL: { local: ' mailbox:3125', production: ' outside:465 outside:587' },
};
const needsOf = (name: ServiceName, place: 'local' | 'production') =>
  services[name].needs.map((variable) => needed[variable]?.[place]).join('');

/** Identified by its ports only, since it is not a pod. */
const apiServer = 'any:443 any:6443';

const local: Reach = {
  any: 'gateway:8080',
  gateway: allServices,
  ...eachService((name) => [
    name,
    `postgres:5432 kafka:9092 identity-provider:3102${needsOf(name, 'local')} ${collector}`,
  ]),
  ...migrate,
  credentials: apiServer,
  databases: 'postgres:5432',
  demo: 'gateway:8080 kafka:9092 identity-provider:3102 payment-provider:3101 mailbox:3103',
};

const production: Reach = {
  'example-gateway': allServices,
  ...eachService((name) => [
    name,
    `postgres:5432 kafka:9092 outside:443${needsOf(name, 'production')} ${collector}`,
  ]),
  ...migrate,
  keda: 'kafka:9092',
  'cnpg-system': 'postgres:5432 postgres:8000',
  postgres: `postgres:5432 postgres:8000 ${apiServer}`,
  kafka: `kafka:9090 kafka:9091 ${apiServer}`,
};

/** In the namespace `observability`: the telemetry of the services, and what the programs there send to each other. */
const observability: Reach = {
  [project.name]: 'collector:4317 collector:4318',
  collector: 'prometheus:9090 jaeger:4318 victoria-logs:9428',
  prometheus: 'collector:8888 alertmanager:9093',
  // Who is told of an alert is outside of the cluster.
  alertmanager: 'any:443',
};

export const reach = {
  local,
  observed: { ...local, ...observability },
  autoscaled: { ...local, keda: 'kafka:9092' },
  persistent: local,
  production,
};
