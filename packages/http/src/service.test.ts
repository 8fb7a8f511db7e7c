import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { readConfig } from './service.ts';

const Config = z.object({ DATABASE_URL: z.url(), PORT: z.coerce.number().int().default(3001) });

test('a configuration is read from the environment, of which the rest is left alone', () => {
  assert.deepEqual(readConfig(Config, { DATABASE_URL: 'postgres://a/b', HOME: '/' }), {
    DATABASE_URL: 'postgres://a/b',
    PORT: 3001,
  });
});

test('every variable that is missing or wrong is named, in one line', () => {
  assert.throws(
    () => readConfig(Config, { PORT: 'many' }),
    ({ message }: Error) => /DATABASE_URL .*PORT /.test(message) && !message.includes('\n'),
  );
});
