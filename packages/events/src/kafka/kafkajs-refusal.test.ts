import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asUnpublishable } from './kafkajs-refusal.ts';

/** Errors as kafkajs throws them: the broker's error, by itself or as the cause of giving up. */
const refused = (type: string) => Object.assign(new Error('refused by the broker'), { type });
const givenUp = (type: string) => new Error('gave up', { cause: refused(type) });

test('errors about a record are refusals of that record', () => {
  for (const type of ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']) {
    const refusal = asUnpublishable(refused(type));

    assert.equal(refusal?.message, `${type}: refused by the broker`);
    assert.equal(refusal.isOfTopic, false);
  }
});

test('errors about a topic are refusals of the whole topic, also after many attempts', () => {
  for (const type of ['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION', 'TOPIC_AUTHORIZATION_FAILED'])
    for (const error of [refused(type), givenUp(type)]) assert.equal(asUnpublishable(error)?.isOfTopic, true);
});

test('other errors may be transient', () => {
  for (const type of ['INVALID_TIMESTAMP', 'NOT_ENOUGH_REPLICAS', 'OUT_OF_ORDER_SEQUENCE_NUMBER', ''])
    for (const error of [refused(type), givenUp(type)]) assert.equal(asUnpublishable(error), undefined);
});
