import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { atTheEnd, createFaultyProxy, eventually } from '@repo/testing';
import { assertEnded, limit, placeOrder, spawnService } from './order-process.ts';
import { close, databaseUrl, newCustomer, post } from './order-service.ts';

// The service runs as a process of its own.
await close();

// A few tests run at the same time, since each waits for a time limit; more would start too many processes at once.
describe('a process that is told to end has ended in time', { concurrency: 3 }, () => {
  test('while Kafka is down', async () => {
    const { url, end } = await spawnService({ ...limit, KAFKA_BROKERS: '127.0.0.1:1' });
    await placeOrder(url);

    assertEnded(await end());
  });

  test('while Kafka accepts connections and does not respond', async () => {
    const mute = await createMuteServer();
    const { url, end } = await spawnService({ ...limit, KAFKA_BROKERS: mute.address });
    await eventually(mute.isConnected, { what: 'a connection' });
    await placeOrder(url);

    assertEnded(await end());
  });

  test('while its database is down', async () => {
    const proxy = await createFaultyProxy(databaseUrl, 5432);
    const { url, end } = await spawnService({ ...limit, DATABASE_URL: proxy.url });
    await placeOrder(url);

    proxy.cut();

    assertEnded(await end());
  });

  test('while its database does not respond, during a request', async () => {
    const proxy = await createFaultyProxy(databaseUrl, 5432);
    const { url, end } = await spawnService({ ...limit, DATABASE_URL: proxy.url });
    await placeOrder(url);
    proxy.freezeOpen();
    const unanswered = post({}, url).catch(() => undefined);

    assertEnded(await end());

    assert.notEqual((await unanswered)?.status, 201);
  });

  test('while the receiver of its telemetry does not respond, and no request waits for it', async () => {
    const mute = await createMuteServer();
    const { url, end } = await spawnService({
      ...limit,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${mute.address}`,
      ...{ OTEL_METRIC_EXPORT_INTERVAL: '100', OTEL_BSP_SCHEDULE_DELAY: '100' },
    });
    await eventually(mute.isConnected, { what: 'an export' });
    await placeOrder(url);
    const began = performance.now();
    await placeOrder(url);
    // An export is given up after five seconds.
    assert.ok(performance.now() - began < 4_500);

    assertEnded(await end());
  });

  test('though a client does not finish its request', async () => {
    const { url, end } = await spawnService(limit);
    await placeOrder(url);
    const { token } = await newCustomer();
    const client = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
    atTheEnd(() => client.destroy());
    const headers = [
      `authorization: Bearer ${token}`,
      ...['host: here', 'content-type: application/json', 'content-length: 100'],
    ];
    client.write(`POST /v1/orders HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n{`);
    await once(client, 'connect');
    // By then the server has received a part of the request.
    await placeOrder(url);

    assertEnded(await end());
  });
});

/** Accepts connections, and never sends a byte. */
async function createMuteServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atTheEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, isConnected: () => sockets.length > 0 };
}
