import { isDeepStrictEqual } from 'node:util';

/** As much of JSON Schema as there is in an event. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  [keyword: string]: unknown;
}

/**
 * What a change of an event's schema would break. Consumers of before must understand events of after, and consumers of
 * after the events of before, which lie on the topic for days. So what is known stays as it is, values and limits
 * included, and what is new may be absent.
 *
 * @returns a line for each break; none when the change may pass
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
      breaks.push(`${inside} is gone`);
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
