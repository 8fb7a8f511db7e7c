import type { Evidence, Poison } from './evidence.ts';
import { firstPublished } from './group.ts';

/**
 * A record is a dead letter only if it was sent to be one, or waits behind one of its key. No event of a key takes effect
 * before the dead letter ahead of it is resolved.
 */
export function deadLettersHoldTheirOwn(evidence: Evidence): string[] {
  const { deadLetters, poisons } = evidence;
  const unexplained = deadLetters.filter(
    ({ service, key }) =>
      !poisons.some((poison) => poison.service === service && poison.key === key && !poison.discardedAt),
  );
  return [
    ...unexplained.map(({ service, kind, key }) => `${service} has a dead letter (${kind}) of ${key}.`),
    ...poisons.flatMap((poison) => overtakersOf(poison, evidence)),
  ];
}

function overtakersOf(poison: Poison, { events, effects }: Evidence): string[] {
  const { service, key, topic, discardedAt } = poison;
  const behind = firstPublished(events).filter(
    (event) => event.key === key && event.topic === topic && event.offset > poison.offset,
  );
  const until = discardedAt ? Date.parse(discardedAt) : Number.POSITIVE_INFINITY;
  return behind
    .filter(({ id }) =>
      effects.some((one) => one.service === service && one.messageId === id && Date.parse(one.at) < until),
    )
    .map(
      ({ id, type }) =>
        `${type} (${id}) took effect in ${service} while ${key} had a dead letter ahead of it.`,
    );
}
