import { isDeepStrictEqual } from 'node:util';

/** The part of JSON Schema that events use. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  [keyword: string]: unknown;
}

/**
 * The breaking changes between two versions of an event's schema. Old consumers must understand new events, and new
 * consumers the old events, which stay on the topic for days. So known fields do not change, including their values and
 * limits, and new fields are optional.
 *
 * @returns a line for each breaking change; none when the change is compatible
 */
export function breakingChanges(before: Schema, after: Schema, path = ''): string[] {
  const { properties: fields = {}, required = [], items, ...rest } = before;
  const { properties: newFields = {}, required: nowRequired = [], items: newItems, ...newRest } = after;
  const place = path || 'the event';
  const breaks: string[] = [];

  if (!isDeepStrictEqual(rest, newRest))
    breaks.push(`${place} was ${JSON.stringify(rest)} and is now ${JSON.stringify(newRest)}`);
  for (const [name, field] of Object.entries(fields)) {
    const inside = `${path}/${name}`;
    const newField = newFields[name];
    if (!newField) {
      breaks.push(`${inside} is missing`);
      continue;
    }
    if (required.includes(name) !== nowRequired.includes(name))
      breaks.push(`${inside} is now ${required.includes(name) ? 'optional' : 'required'}`);
    breaks.push(...breakingChanges(field, newField, inside));
  }
  for (const name of Object.keys(newFields)) {
    if (!(name in fields) && nowRequired.includes(name))
      breaks.push(`${path}/${name} is new and not optional`);
  }
  if (items && newItems) breaks.push(...breakingChanges(items, newItems, `${path}/*`));
  return breaks;
}
