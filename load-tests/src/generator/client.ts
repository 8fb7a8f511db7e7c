import { Agent, request } from 'node:http';

export interface Answer {
  status: number;
  replayed: boolean;
  /** `Retry-After` in milliseconds; 0 without the header. */
  retryAfterMs: number;
  body: string;
}

export interface Client {
  post(path: string, headers: Record<string, string>, body: string): Promise<Answer>;
  close(): void;
}

/** The highest number of connections. Requests beyond it wait, and the wait is measured. */
const CONNECTIONS = 512;
const TIMEOUT_MS = 30_000;

/** Posts over keep-alive connections with `node:http`: `fetch` costs twice the processor time. */
export function openClient(baseUrl: string): Client {
  const { hostname, port } = new URL(baseUrl);
  const agent = new Agent({
    keepAlive: true,
    maxSockets: CONNECTIONS,
    maxFreeSockets: CONNECTIONS,
    noDelay: true,
  });

  function post(path: string, headers: Record<string, string>, body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        agent,
        hostname,
        port,
        path,
        method: 'POST',
        timeout: TIMEOUT_MS,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      };
      const outgoing = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          const replayed = headers['idempotent-replayed'] === 'true';
          resolve({
            status,
            replayed,
            retryAfterMs: Number(headers['retry-after'] ?? 0) * 1_000,
            body: text,
          });
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  return { post, close: () => agent.destroy() };
}
