import { isUtf8 } from 'node:buffer';
import { type JSONPath, visit } from 'jsonc-parser';
import { parse } from 'secure-json-parse';
import { problem } from '../responses/problem.ts';
import { refusalOfNumber, refusalOfText } from './unfit-values.ts';

/** How deep a body may nest: far more than valid bodies do, far less than what makes a recursion overflow. */
const DEPTH_LIMIT = 32;

/**
 * Parses a JSON body. It refuses `__proto__` (secure-json-parse), invalid UTF-8, and what Postgres, a double or the next
 * reader cannot represent: U+0000, lone surrogates, integers that would change, numbers that would become 0 or are too
 * large, duplicate names and deep nesting. Fractions are rounded to a double, as everywhere in JSON.
 * (RFC 8259, §4 and §6; RFC 7493, I-JSON)
 *
 * @returns undefined for an empty body
 * @throws Problem invalid-request, with the place as a JSON Pointer
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw problem('invalid-request', 'The body is not valid UTF-8.');
  const text = body.toString().replace(/^\ufeff/, '');
  let value: unknown;
  try {
    value = parse(text, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    throw problem('invalid-request', `The body is not valid JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  if (value === null) throw problem('invalid-request', 'The body is null; send an object, or no body.');
  refuseUnfit(text);
  return value;
}

/**
 * Reads the text again, because the parsed value does not show how a number was written or that a name was repeated. It
 * stops at the first fault, so the visitor's recursion never goes deeper than the limit.
 */
function refuseUnfit(text: string): void {
  /** The names of each open object; an open array has none. */
  const open: (Set<string> | undefined)[] = [];
  const enter = (names: Set<string> | undefined, path: () => JSONPath) => {
    if (open.push(names) > DEPTH_LIMIT) throw unfit(path(), `nests deeper than ${DEPTH_LIMIT} levels`);
  };
  const exit = () => void open.pop();

  visit(text, {
    onObjectBegin: (_offset, _length, _line, _character, path) => enter(new Set(), path),
    onObjectEnd: exit,
    onArrayBegin: (_offset, _length, _line, _character, path) => enter(undefined, path),
    onArrayEnd: exit,
    onObjectProperty: (name, _offset, _length, _line, _character, path) => {
      refuse(refusalOfText(name), path);
      const names = open.at(-1) as Set<string>;
      if (names.has(name)) throw unfit([...path(), name], 'occurs more than once');
      names.add(name);
    },
    onLiteralValue: (value, offset, length, _line, _character, path) => {
      if (typeof value === 'string') refuse(refusalOfText(value), path);
      if (typeof value === 'number')
        refuse(refusalOfNumber(value, text.slice(offset, offset + length)), path);
    },
  });
}

function refuse(message: string | undefined, path: () => JSONPath): void {
  if (message !== undefined) throw unfit(path(), message);
}

function unfit(path: JSONPath, message: string): Error {
  const pointer = path.map((part) => `/${escapePointer(String(part))}`).join('');
  return problem('invalid-request', 'The body contains an unsupported value.', {
    errors: [{ path: pointer, message }],
  });
}

/** Writes a name as a part of a JSON Pointer (RFC 6901, §3). */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
