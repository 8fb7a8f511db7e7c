import type { IncomingHttpHeaders } from 'node:http';
import { type Problem, problem } from '../responses/problem.ts';

/** The headers of a request by which its client makes it conditional. */
export type Preconditions = Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>;

/** What is there now of the resource that a request is about; `etag` is absent where its answers carry none. */
export interface Representation {
  etag?: string | undefined;
}

/**
 * Names the precondition of a request that is false (RFC 9110, §13.1.1, §13.1.2), in the order of §13.2.2: `If-Match`
 * comes first. Its tags are compared strongly, those of `If-None-Match` weakly; `*` stands for anything that is there.
 * `If-Modified-Since` and `If-Unmodified-Since` are ignored, since no resource has a date of modification.
 *
 * @param representation undefined where there is none
 */
export function falsePrecondition(
  headers: Preconditions,
  representation: Representation | undefined,
): keyof Preconditions | undefined {
  const { 'if-match': wanted, 'if-none-match': known } = headers;
  if (wanted !== undefined && !isNamed(wanted, representation, strongTag)) return 'if-match';
  if (known !== undefined && isNamed(known, representation, weakTag)) return 'if-none-match';
  return undefined;
}

/**
 * Decides whether a change may go on, for the client that made it conditional.
 *
 * @param representation as it is now, held so that nobody else can change it meanwhile; undefined where there is none
 * @returns Problem precondition-failed, with the `ETag` of what is there
 */
export function preconditionFailure(
  headers: Preconditions,
  representation: Representation | undefined,
): Problem | undefined {
  const failed = falsePrecondition(headers, representation);
  return failed && problemOf(failed, representation);
}

/** As `preconditionFailure`, for a change that only a client may make that knows what it changes. */
export function requiredPreconditionFailure(
  headers: Preconditions,
  representation: Representation,
): Problem | undefined {
  if (headers['if-match'] !== undefined) return preconditionFailure(headers, representation);
  return problem('precondition-required', 'Send If-Match with the ETag of the version that you have read.');
}

function problemOf(failed: keyof Preconditions, representation: Representation | undefined): Problem {
  const { etag } = representation ?? {};
  const headers = etag === undefined ? {} : { etag };
  return problem('precondition-failed', detailOf(failed, representation), { headers });
}

function detailOf(failed: keyof Preconditions, representation: Representation | undefined): string {
  if (failed === 'if-none-match') return 'There is what If-None-Match says there must not be.';
  if (!representation) return 'There is nothing here that If-Match could match.';
  const { etag } = representation;
  if (etag === undefined) return 'This resource has no ETag: only If-Match: * matches it.';
  return `The version is now ${etag}. Read it again, and send If-Match: ${etag} if you still want the change.`;
}

function isNamed(
  header: string,
  representation: Representation | undefined,
  comparable: (tag: string) => string | undefined,
): boolean {
  if (!representation) return false;
  if (header.trim() === '*') return true;
  const { etag } = representation;
  return (
    etag !== undefined &&
    tagsIn(header)
      .map(comparable)
      .includes(comparable(etag) ?? '')
  );
}

/** A tag to be compared strongly; a weak one equals nothing, not even itself (RFC 9110, §8.8.3.2). */
function strongTag(tag: string): string | undefined {
  return tag.startsWith('W/') ? undefined : tag;
}

function weakTag(tag: string): string {
  return tag.replace(/^W\//, '');
}

/** The members of a list of entity tags, each of which may hold commas (RFC 9110, §8.8.3). */
function tagsIn(header: string): string[] {
  return (header.match(/(?:"[^"]*"|[^",])+/g) ?? []).map((tag) => tag.trim());
}
