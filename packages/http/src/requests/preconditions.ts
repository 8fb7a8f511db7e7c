import type { IncomingHttpHeaders } from 'node:http';
import { type Problem, problem } from '../responses/problem.ts';

/** The headers that make a request conditional. */
export type Preconditions = Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>;

/** The current representation of a resource; `etag` is absent if its responses have none. */
export interface Representation {
  etag?: string | undefined;
}

/**
 * Finds the precondition of a request that is false (RFC 9110, §13.1.1, §13.1.2), in the sequence of §13.2.2: `If-Match`
 * first. Its tags are compared strongly, those of `If-None-Match` weakly; `*` matches any representation.
 * `If-Modified-Since` and `If-Unmodified-Since` are ignored, because no resource has a date of modification.
 *
 * @param representation undefined if there is none
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
 * Decides whether a conditional change may proceed.
 *
 * @param representation the current one, locked against other changes; undefined if there is none
 * @returns Problem precondition-failed, with the current `ETag`
 */
export function preconditionFailure(
  headers: Preconditions,
  representation: Representation | undefined,
): Problem | undefined {
  const failed = falsePrecondition(headers, representation);
  return failed && problemOf(failed, representation);
}

/** As `preconditionFailure`, for a change that must name the version that it changes. */
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
  if (failed === 'if-none-match') return 'If-None-Match is false: the resource matches it.';
  if (!representation) return 'If-Match is false: there is no such resource.';
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

/** A tag for strong comparison; a weak tag equals nothing, not even itself (RFC 9110, §8.8.3.2). */
function strongTag(tag: string): string | undefined {
  return tag.startsWith('W/') ? undefined : tag;
}

function weakTag(tag: string): string {
  return tag.replace(/^W\//, '');
}

/** The members of a list of entity tags, each of which may contain commas (RFC 9110, §8.8.3). */
function tagsIn(header: string): string[] {
  return (header.match(/(?:"[^"]*"|[^",])+/g) ?? []).map((tag) => tag.trim());
}
