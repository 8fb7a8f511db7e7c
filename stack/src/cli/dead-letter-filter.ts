import { boundedName, readableText } from '@repo/events';
import type { Filter } from '../clients/dead-letter-client.ts';
import { Failure } from '../failure.ts';
import { printable } from '../text/printable.ts';
import { isService } from '../topology.ts';
import { wrongUse } from './command.ts';

type Given = Partial<Record<'service' | 'type' | 'kind' | 'key' | 'since', string | undefined>>;

/** The limit of packages/events/src/kafka/readable.ts. */
const LONGEST_NAME = 255;
const KINDS = ['malformed', 'failed', 'behind'];

/** Reads the filter of dead letters from the command line. Throws a Failure for wrong values. */
export function filterOf(given: Given, usage: string): Filter {
  const { service, type, kind, key, since } = given;
  if (service !== undefined && !isService(service))
    throw wrongUse(usage, `There is no service "${service}".`);
  if (kind !== undefined && !KINDS.includes(kind))
    throw wrongUse(usage, `There is no kind "${kind}"; there are ${KINDS.join(', ')}.`);
  const filter = {
    service,
    type: type === undefined ? undefined : shownName(type),
    kind,
    key: key === undefined ? undefined : shownName(key),
    since: since === undefined ? undefined : instant(since),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** The readable name of a key or a type, given that name or the original. */
function shownName(text: string): string {
  const isName = text.length <= LONGEST_NAME && printable(text) === text;
  return isName ? text : boundedName(readableText(text));
}

function instant(since: string): string {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(since) ?? [];
  const units = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  const at = unit ? Date.now() - Number(count) * units[unit as keyof typeof units] : Date.parse(since);
  const [first, last] = [0, Date.UTC(9999, 11, 31)];
  if (Number.isNaN(at) || at > last)
    throw new Failure(`--since takes 30m, 2h, 1d or a time, not "${since}".`);
  return new Date(Math.max(first, at)).toISOString();
}
