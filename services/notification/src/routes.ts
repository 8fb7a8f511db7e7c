import {
  callerOf,
  type HttpServer,
  noContent,
  type Preconditions,
  pageQuery,
  preconditionFailure,
  sendPage,
  timeAndId,
} from '@repo/http';
import type { Database, Transaction } from '@repo/postgres';
import { z } from 'zod';
import { lockContact } from './contact-store.ts';
import { eraseContact, keepContact } from './keep-contact.ts';
import type { Message } from './message.ts';
import { listMessages } from './message-store.ts';

export interface RouteOptions {
  database: Database;
  onCommit: () => void;
}

/**
 * An address as browsers accept it (https://html.spec.whatwg.org/#valid-e-mail-address), as long as SMTP can
 * carry it (RFC 5321, section 4.5.3.1). The pattern limits a label to 63, and 254 in all leave no domain above 255.
 */
const Email = z
  .email({ pattern: z.regexes.html5Email, abort: true })
  .max(254)
  .refine((email) => email.lastIndexOf('@') <= 64, 'The part before the @ has at most 64 characters.');

const ContactBody = z.strictObject({ email: Email });

const MessageQuery = z.strictObject(pageQuery(timeAndId));

const MessageView = z.object({
  id: z.guid(),
  orderId: z.guid(),
  kind: z.enum(['order-confirmed', 'order-cancelled', 'order-refunded']),
  status: z.enum(['waiting', 'sent', 'failed']),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
});

const MessagePage = z.object({ items: z.array(MessageView), next: z.string().nullable() });

/** The HTTP routes of contacts and messages. */
export function addRoutes(app: HttpServer, { database, onCommit }: RouteOptions): void {
  app.route({
    method: 'PUT',
    url: '/v1/contacts/me',
    config: { access: 'authenticated', preconditions: 'handler' },
    schema: { body: ContactBody, response: { 204: noContent } },
    handler: async (request, reply) => {
      const contact = { customerId: callerOf(request).id, email: request.body.email };
      await database.transaction(async (tx) => {
        await checkPreconditions(tx, request.headers, contact.customerId);
        await keepContact(tx, contact);
      });
      onCommit();
      return reply.code(204).send();
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/contacts/me',
    config: { access: 'authenticated', preconditions: 'handler' },
    schema: { response: { 204: noContent } },
    handler: async (request, reply) => {
      const { id } = callerOf(request);
      await database.transaction(async (tx) => {
        await checkPreconditions(tx, request.headers, id);
        await eraseContact(tx, id);
      });
      return reply.code(204).send();
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/messages',
    config: { access: 'authenticated' },
    schema: { querystring: MessageQuery, response: { 200: MessagePage } },
    handler: async (request, reply) => {
      const { after, limit } = request.query;
      const messages = await listMessages(database, {
        customerId: callerOf(request).id,
        after,
        limit: limit + 1,
      });
      const positionOf = (message: Message) => [message.createdAt.toISOString(), message.id];
      return sendPage(request, reply, messages, { limit, positionOf, view: viewOf });
    },
  });
}

/**
 * Evaluates the preconditions of a change to a contact: it is there while an address is kept, and has no entity tag.
 *
 * @throws Problem precondition-failed
 */
async function checkPreconditions(
  tx: Transaction,
  headers: Preconditions,
  customerId: string,
): Promise<void> {
  if (headers['if-match'] === undefined && headers['if-none-match'] === undefined) return;
  const isKept = await lockContact(tx, customerId);
  const failure = preconditionFailure(headers, isKept ? {} : undefined);
  if (failure) throw failure;
}

function viewOf(message: Message): z.infer<typeof MessageView> {
  const { id, orderId, kind, status, createdAt, sentAt } = message;
  return {
    id,
    orderId,
    kind,
    status,
    createdAt: createdAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
  };
}
