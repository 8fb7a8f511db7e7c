import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asUnpublishable } from './kafkajs-refusal.ts';

/** As kafkajs throws it: what the broker said, by itself or as the cause of giving up. */
const said = (type: string) => Object.assign(new Error('So says the broker.'), { type });
const givenUp = (type: string) => new Error('Tried in vain.', { cause: said(type) });

test('what Kafka says of a record is a refusal of that record', () => {
  for (const type of ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']) {
    const refusal = asUnpublishable(said(type));

    assert.equal(refusal?.message, `${type}: So says the broker.`);
    assert.equal(refusal.isOfTopic, false);
  }
});

test('what Kafka says of a topic is a refusal of all that goes there, also after many tries', () => {
  for (const type of ['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION', 'TOPIC_AUTHORIZATION_FAILED'])
    for (const error of [said(type), givenUp(type)]) assert.equal(asUnpublishable(error)?.isOfTopic, true);
});

test('anything else may pass', () => {
  for (const type of ['INVALID_TIMESTAMP', 'NOT_ENOUGH_REPLICAS', 'OUT_OF_ORDER_SEQUENCE_NUMBER', ''])
    for (const error of [said(type), givenUp(type)]) assert.equal(asUnpublishable(error), undefined);
});
