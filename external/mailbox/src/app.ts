import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { Config } from './config.ts';
import { openMessages } from './messages.ts';
import { renderPage } from './page.ts';
import { createSmtpServer } from './smtp.ts';

/** The mailbox with its mail in `file`: SMTP stores mail, HTTP shows it. */
export function buildApp({ host, port, smtpPort, file }: Config) {
  const app = Fastify({
    logger: { level: 'warn' },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  const messages = openMessages(file);
  const smtp = createSmtpServer(messages, app.log);

  const querystring = { type: 'object', additionalProperties: false, properties: { to: { type: 'string' } } };
  app.get<{ Querystring: { to?: string } }>('/messages', { schema: { querystring } }, async (request) => ({
    items: messages.list(request.query.to),
  }));
  app.delete('/messages', async (_request, reply) => {
    messages.clear();
    return reply.code(204).send();
  });
  app.get('/', async (_request, reply) => {
    reply.type('text/html; charset=utf-8').header('content-security-policy', "default-src 'none'");
    return renderPage(messages.list());
  });
  app.get('/livez', async () => ({ status: 'ok' }));

  return {
    log: app.log,

    async listen() {
      const server = smtp.listen(smtpPort, host);
      await withVariable('MAILBOX_SMTP_PORT', once(server, 'listening'));
      const url = await withVariable('MAILBOX_PORT', app.listen({ host, port }));
      return { url, smtpUrl: `smtp://${host}:${(server.address() as AddressInfo).port}` };
    },

    async close() {
      await Promise.all([app.close(), new Promise<void>((resolve) => smtp.close(resolve))]);
      messages.close();
    },
  };
}

/** Adds the name of the port's variable to an error of listening. */
async function withVariable<T>(variable: string, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    throw Object.assign(error as Error, { variable });
  }
}
