import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { id, instant } from '../requests/fields.ts';
import { sendTagged } from './etag.ts';

const LIMIT = /^(100|[1-9]\d?)$/;

/** A position in a list that is sorted by a time and an id. */
export const timeAndId = z.tuple([instant, id]);

/**
 * The query parameters of a list: `limit`, 1 to 100, and `after`, the cursor from the previous page.
 *
 * @param position the content of a cursor: a position in the sorted list. It grants nothing, so a forged cursor finds
 *   nothing that its caller may not see.
 */
export function pageQuery<Position extends z.ZodType>(position: Position) {
  const limit = z
    .string()
    .regex(LIMIT, 'A limit is a whole number from 1 to 100.')
    .default('20')
    .transform(Number);
  const after = z
    .string()
    .transform((text, context) => {
      const result = position.safeParse(decodeCursor(text));
      if (result.success) return result.data as z.output<Position>;
      context.addIssue('Take `after` from the `next` of a previous page.');
      return z.NEVER;
    })
    .optional();
  return { limit, after };
}

/**
 * Sends a page, with a link to the next (RFC 8288).
 *
 * @param items one more than the limit, if there are more
 * @param options.positionOf the position of an item, the content of the cursor after it
 * @param options.tagged whether the page has an entity tag, for a list that clients read often
 */
export function sendPage<Item, View>(
  request: FastifyRequest,
  reply: FastifyReply,
  items: Item[],
  options: {
    limit: number;
    positionOf: (item: Item) => unknown;
    view: (item: Item) => View;
    tagged?: boolean;
  },
): FastifyReply {
  const { limit, positionOf, view, tagged = false } = options;
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const next = items.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null;
  if (next) {
    const [path, query] = request.url.split('?');
    const parameters = new URLSearchParams(query);
    parameters.set('after', next);
    reply.header('link', `<${path}?${parameters}>; rel="next"`);
  }
  const page = { items: shown.map(view), next };
  return tagged ? sendTagged(reply, page) : reply.send(page);
}

function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decodeCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
