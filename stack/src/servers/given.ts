import { inSession } from '../clients/postgres-session.ts';
import { Failure, reasonOf } from '../failure.ts';
import { exchange } from './exchange.ts';
import { kafkaIsReady } from './kafka-ready.ts';

/** Checks a server that the environment names. Throws a Failure that names the variable if it does not respond. */
async function mustAnswer(variable: string, where: string, check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    throw new Failure(`${variable} names a server that cannot be used (${where}: ${reasonOf(error)}).`);
  }
}

export async function givenPostgres(url: string): Promise<string> {
  await mustAnswer('POSTGRES_URL', hostOf(url), () =>
    inSession({ connectionString: url, connectionTimeoutMillis: 5_000 }, (client) =>
      client.query('select 1'),
    ),
  );
  return url;
}

export async function givenRedis(url: string): Promise<string> {
  await mustAnswer('REDIS_URL', hostOf(url), () => {
    const { hostname, port } = new URL(url);
    // A Redis that requires a password responds too, with a refusal.
    return exchange(hostname, Number(port || 6379), 'PING\r\n', 5_000);
  });
  return url;
}

export async function givenKafka(brokers: string): Promise<string> {
  await mustAnswer('KAFKA_BROKERS', brokers, () => Promise.any(brokers.split(',').map(brokerIsReady)));
  return brokers;
}

async function brokerIsReady(broker: string): Promise<void> {
  const { hostname, port } = new URL(`kafka://${broker.trim()}`);
  if (!(await kafkaIsReady(hostname, Number(port || 9092))))
    throw new Error('its coordinators do not respond');
}

/** Without the password. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'not a URL';
}
