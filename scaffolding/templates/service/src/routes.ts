import { callerOf, type HttpServer, pageQuery, sendPage, timeAndId } from '@repo/http';
import type { Database } from '@repo/postgres';
import { z } from 'zod';
import type { JournalEntry } from './journal-entry.ts';
import { listJournalEntries } from './journal-entry-store.ts';

const JournalEntryQuery = z.strictObject(pageQuery(timeAndId));

const JournalEntryView = z.object({ id: z.guid(), subject: z.string(), occurredAt: z.iso.datetime() });

const JournalEntryPage = z.object({ items: z.array(JournalEntryView), next: z.string().nullable() });

/** The HTTP interface of this service. */
export function addRoutes(app: HttpServer, { database }: { database: Database }): void {
  app.route({
    method: 'GET',
    url: '/v1/journal-entries',
    config: { access: 'authenticated' },
    schema: { querystring: JournalEntryQuery, response: { 200: JournalEntryPage } },
    handler: async (request, reply) => {
      const { after, limit } = request.query;
      const customerId = callerOf(request).id;
      const journalEntries = await listJournalEntries(database, { customerId, after, limit: limit + 1 });
      const positionOf = ({ occurredAt, id }: JournalEntry) => [occurredAt.toISOString(), id];
      return sendPage(request, reply, journalEntries, { limit, positionOf, view: viewOf });
    },
  });
}

function viewOf({ id, subject, occurredAt }: JournalEntry): z.infer<typeof JournalEntryView> {
  return { id, subject, occurredAt: occurredAt.toISOString() };
}
