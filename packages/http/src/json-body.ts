import { isUtf8 } from 'node:buffer';
import { parse } from 'secure-json-parse';
import { problem } from './problem.ts';

/** How deep a body may nest: far more than ours do, far less than what makes a recursion overflow. */
const DEPTH_LIMIT = 32;

/**
 * Parses a JSON body. Refused are `__proto__` (secure-json-parse), invalid UTF-8, and what Postgres or the next reader
 * could not take: U+0000, lone surrogates, numbers too large for a double, and deep nesting.
 *
 * @returns undefined for an empty body
 * @throws Problem invalid-request
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw problem('invalid-request', 'The body is not valid UTF-8.');
  let value: unknown;
  try {
    value = parse(body.toString(), { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    throw problem('invalid-request', `The body is not valid JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  if (value === null) throw problem('invalid-request', 'The body is null; send an object, or no body.');
  refuseUnfit(value);
  return value;
}

function refuseUnfit(body: unknown): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: body, path: '', depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, depth } = next;
    if (depth > DEPTH_LIMIT) throw unfit(path.slice(0, 200), `nests deeper than ${DEPTH_LIMIT} levels`);
    if (typeof value === 'string') refuseText(value, path);
    else if (typeof value === 'number' && !Number.isFinite(value)) throw unfit(path, 'is too large a number');
    else if (typeof value === 'object' && value !== null) {
      for (const [name, child] of Object.entries(value)) {
        refuseText(name, path);
        open.push({ value: child, path: `${path}/${escapePointer(name)}`, depth: depth + 1 });
      }
    }
  }
}

function refuseText(text: string, path: string): void {
  if (text.includes('\0')) throw unfit(path, 'holds the character U+0000');
  if (!text.isWellFormed()) throw unfit(path, 'holds a lone surrogate');
}

function unfit(path: string, message: string): Error {
  return problem('invalid-request', 'The body holds what cannot be taken.', { errors: [{ path, message }] });
}

/** Writes a name as a part of a JSON Pointer (RFC 6901, §3). */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
