import { Client, type ClientConfig } from 'pg';

/** Works on a connection of its own, which is closed afterwards. Rejects with what `work` throws, or once it is lost. */
export async function inSession<Result>(
  config: ClientConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionTimeoutMillis: 10_000, ...config });
  // A lost connection fails the statement that it carries; unheard, its event would end this process too.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
