import { Failure } from '@repo/stack';
import { serviceNames, services } from '@repo/stack/topology';
import type { Change } from '../base/change.ts';
import { type Forms, formsOf, pluralOf } from '../base/names.ts';
import { type PublishedEvent, publishedEvents } from '../base/published-events.ts';

/** A service that is to be made from the template. */
export interface NewService {
  service: Forms;
  noun: Forms;
  nouns: Forms;
  port: number;
  publishes: boolean;
  /** The event that it consumes; none for the template's own, which it then publishes too. */
  on: PublishedEvent | undefined;
}

export interface ServiceOptions {
  name: string;
  noun?: string | undefined;
  on: string;
  publishes: boolean;
}

// Files and types of the template, and reserved words of JavaScript and SQL.
const NO_NOUN =
  /^(main|app|config|migrate|routes|subscriptions|event|message|transaction|database|request|reply|position|logger|class|case|default|delete|enum|export|function|import|interface|new|package|return|switch|value)$/;

/** @throws Failure when the name is not free, or no service publishes the event */
export function readNewService(
  change: Change,
  { name, noun = name, on, publishes }: ServiceOptions,
): NewService {
  if (!/^[a-z]{2,30}$/.test(name))
    throw new Failure(`A service is one word in lower case (shipping), everywhere; not "${name}".`);
  const isUsed = change.files().some((path) => path.startsWith(`services/${name}/`));
  if (isUsed || /^(gateway|demo|tools|postgres|kafka|valkey|redis)$/.test(name))
    throw new Failure(`The name ${name} is used already.`);
  if (NO_NOUN.test(noun))
    throw new Failure(`The noun "${noun}" has another meaning in a service: --noun names one.`);
  const forms = { service: formsOf(name), noun: formsOf(noun, 'A noun'), nouns: formsOf(pluralOf(noun)) };
  refuseUsedPath(change, forms.nouns.kebab);
  return { ...forms, port: nextPort(), publishes, on: findEvent(change, on) };
}

function refuseUsedPath(change: Change, resource: string): void {
  const route = new RegExp(`path -m reg \\^/v[^ ]*(?<![\\w-])${resource}(?![\\w-])`);
  if (route.test(change.read('gateway/haproxy.cfg')))
    throw new Failure(`The path /v1/${resource} belongs to another service: --noun names another noun.`);
}

function findEvent(change: Change, type: string): PublishedEvent {
  const events = publishedEvents(change);
  const usable = [...events.values()].filter(({ schema }) => schema.required?.includes('customerId'));
  const list = usable.map((event) => event.type).join(', ');
  const event = events.get(type);
  if (!event) throw new Failure(`No service publishes "${type}". Events of customers: ${list}.`);
  if (!usable.includes(event))
    throw new Failure(
      `${type} has no customerId, and the new service lists its rows by customer. Use one of ${list}.`,
    );
  return event;
}

const nextPort = () => Math.max(3000, ...serviceNames.map((name) => services[name].port[1])) + 1;

/** The topic that a new service consumes, and the topic that it owns if it publishes. */
export function topicsOf({ service, on }: NewService): { consumed: string; published: string } {
  const published = `${service.kebab}.events`;
  return { consumed: on?.topic ?? published, published };
}
