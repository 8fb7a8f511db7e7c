import { createKafka } from '@repo/events';
import { createLogger } from '@repo/observability';
import type { Running, System } from '@repo/stack';
import { createBuyer } from '../generator/buyer.ts';
import { randomFrom } from '../generator/mix.ts';
import { openShop } from '../generator/shop.ts';
import type { RunContext } from '../run-context.ts';
import { createAuditor, urlOf } from '../validity/auditor.ts';
import { startFloor } from './floor-process.ts';
import { ordersPerSecondOfStatement } from './order-statement.ts';
import { measurePipeline, type PipelineFloor } from './pipeline.ts';
import { type PostLoop, type Posts, postLoop } from './post-loop.ts';

/** Upper limits of the figures, and the share of each layer in the distance to them. */
export interface Floors {
  /** Orders a second that one statement for a whole order writes to the order service's tables. */
  statement: number;
  /** POST without consumers: the other services are down. */
  posts: Posts;
  /** The same route, without a database. */
  route: Posts;
  pipeline: PipelineFloor;
  faults: string[];
}

const CONNECTIONS = 64;
const SECONDS = 6;

/** Measures the floors on a separate system, and stops most of it on the way. */
export async function measureFloors(
  { running, control }: System,
  { print, signal }: RunContext,
): Promise<Floors> {
  const loop = { connections: CONNECTIONS, seconds: SECONDS, signal };
  const auditor = createAuditor(running, openKafka(running), signal);
  try {
    const tokens = await openShop(running, { mail: false });
    await auditor.settle();
    for (const name of ['inventory', 'payment', 'notification']) await control('stop', name);
    print(`floor: POST without consumers, ${CONNECTIONS} customers, ${SECONDS} s`);
    const posts = await measurePosts(running.services.order.url, tokens, loop);
    const stored = new Set((await auditor.read()).orders.map(({ id }) => id));
    const lost = posts.accepted.filter((id) => !stored.has(id)).map((id) => `Order ${id} is lost.`);
    await control('stop', 'order');

    print(`floor: one statement for a whole order, ${SECONDS} s`);
    const statement = await ordersPerSecondOfStatement(urlOf(running.servers.postgres.url, 'order'), loop);

    print(`floor: the route without a database, ${CONNECTIONS} customers, ${SECONDS} s`);
    const route = await measureRoute(running, tokens, loop);

    print('floor: a minimal pipeline, written by hand');
    const pipeline = await measurePipeline(running, tokens, loop);
    const faults = [...posts.faults, ...lost, ...route.faults, ...pipeline.faults];
    return { statement, posts: posts.posts, route: route.posts, pipeline, faults };
  } finally {
    await auditor.close();
  }
}

async function measurePosts(orderUrl: string, tokens: string[], loop: PostLoop) {
  const buyer = createBuyer({ orderUrl, tokens, random: randomFrom(1), repeatedShare: 0 });
  try {
    const posts = await postLoop(buyer, loop);
    return { posts, accepted: [...buyer.accepted.keys()], faults: buyer.complaints };
  } finally {
    buyer.close();
  }
}

async function measureRoute({ external }: Running, tokens: string[], loop: PostLoop) {
  const issuer = external['identity-provider'].url;
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = (await found.json()) as { jwks_uri: string };
  const route = await startFloor(
    'route',
    { IDENTITY_ISSUER: issuer, IDENTITY_JWKS_URL: jwks_uri },
    loop.signal,
  );
  try {
    return await measurePosts(route.url, tokens, loop);
  } finally {
    await route.stop();
  }
}

function openKafka({ servers }: Running) {
  const log = createLogger('bench', 'error');
  return createKafka({ brokers: [servers.kafka.brokers], clientId: 'bench', log });
}
