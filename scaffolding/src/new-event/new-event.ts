import { Failure } from '@repo/stack';
import { isService, type ServiceName, serviceNames, services } from '@repo/stack/topology';
import type { Change } from '../base/change.ts';
import { formsOf } from '../base/names.ts';
import { exportedName, type PublishedEvent, publishedEvents, type Schema } from '../base/published-events.ts';

/** An event that a service is to publish. */
export interface NewEvent {
  type: string;
  /** Its name in code: OrderShipped. */
  name: string;
  publisher: ServiceName;
  topic: string;
  subject: string;
  /** The fields of its data as a contract declares them: `orderId: id`. */
  fields: string[];
  schema: Schema;
}

const UUID = { type: 'string', format: 'uuid' };

/** @throws Failure when the event exists, or it is not clear which service publishes it */
export function readNewEvent(change: Change, type: string, by: string | undefined): NewEvent {
  const [noun = '', past, ...more] = type.split('.');
  if (!past || more.length > 0)
    throw new Failure(`An event is a noun and a past tense (order.shipped), not "${type}".`);
  const { camel } = formsOf(noun, 'The noun of an event');
  formsOf(past, 'The verb of an event');
  const events = publishedEvents(change);
  if (events.has(type)) throw new Failure(`There is an event ${type} already.`);

  const sibling = [...events.values()].find((event) => event.type.startsWith(`${noun}.`));
  const publisher = publisherOf(type, by ?? sibling?.publisher ?? noun, sibling);
  const subject = sibling?.subject ?? `${camel}Id`;
  const hasCustomer = sibling?.schema.required?.includes('customerId') && subject !== 'customerId';
  const own = sibling?.schema.properties?.[subject] ?? UUID;
  return {
    type,
    name: exportedName(type),
    publisher,
    topic: sibling?.topic ?? services[publisher].publishes[0] ?? '',
    subject,
    fields: [
      own.format === 'uuid' ? `${subject}: id` : subject,
      'version',
      ...(hasCustomer ? ['customerId: id'] : []),
    ],
    schema: {
      type: 'object',
      properties: { [subject]: own, version: { type: 'integer' }, customerId: UUID },
      required: [subject, 'version', ...(hasCustomer ? ['customerId'] : [])],
    },
  };
}

function publisherOf(type: string, name: string, sibling: PublishedEvent | undefined): ServiceName {
  const publishers = serviceNames.filter((service) => services[service].publishes.length > 0);
  if (!isService(name) || !publishers.includes(name))
    throw new Failure(
      `${type} needs a publisher (--by): ${publishers.join(', ')}. ${name} publishes no events.`,
    );
  if (sibling && sibling.publisher !== name)
    throw new Failure(`${sibling.publisher} publishes ${sibling.type}, so it publishes ${type} too.`);
  return name;
}
