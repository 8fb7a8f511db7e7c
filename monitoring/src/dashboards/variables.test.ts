import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replaceVariables } from './variables.ts';

const hour = { rangeSeconds: 3_600, scrapeSeconds: 10 };

test('a rate covers at least four values', () => {
  assert.equal(replaceVariables('rate(a[$__rate_interval])', hour), 'rate(a[40s])');
});

test('a rate over a long time covers the time between two points, and one value more', () => {
  const month = { rangeSeconds: 30 * 86_400, scrapeSeconds: 10 };
  assert.equal(replaceVariables('rate(a[$__rate_interval])', month), 'rate(a[2602s])');
});

test('all services are a pattern, and one is its name', () => {
  assert.equal(replaceVariables('a{job=~"$service"}', hour), 'a{job=~".+"}');
  assert.equal(
    replaceVariables(`a{job=~"\${service}"}`, { ...hour, service: 'a-service' }),
    'a{job=~"a-service"}',
  );
});

test('a variable that no dashboard has is an error', () => {
  assert.throws(() => replaceVariables('a{b="$topic"}', hour), /variable topic/);
});
