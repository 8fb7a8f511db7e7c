import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownEvents } from './known-events.ts';
import { topicOf } from './publish-by-hand.ts';

test('an event goes to the topic of its type', () => {
  for (const { type, topic } of knownEvents.values()) assert.equal(topicOf(type), topic);
});

test('an unknown type is refused with the known ones', () => {
  const known = [...knownEvents.keys()].join(', ');
  assert.throws(() => topicOf('thing.eaten'), {
    message: `There is no event "thing.eaten"; there are ${known}.`,
  });
});
