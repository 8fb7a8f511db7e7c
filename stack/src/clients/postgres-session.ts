import { Client, type ClientConfig } from 'pg';

/** Opens a connection for `work` and closes it afterwards. Rejects with the error of `work`, or when the connection is lost. */
export async function inSession<Result>(
  config: ClientConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionTimeoutMillis: 10_000, ...config });
  // A lost connection fails its statement; without a listener, its error event would also end this process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
