import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Container, explain } from './explain-containers.ts';

const container = (service: string, State: Partial<Container['State']>): Container => ({
  Id: 'f00',
  State: { Status: 'running', ExitCode: 0, OOMKilled: false, StartedAt: '2026-01-01T00:00:00Z', ...State },
  HostConfig: { Memory: 384 * 2 ** 20 },
  Config: { Labels: { 'com.docker.compose.service': service } },
});
const silent = () => '';

test('a container that runs, or has done its work, needs no words', () => {
  assert.equal(explain(container('order', { Health: { Status: 'healthy' } }), silent), undefined);
  assert.equal(explain(container('order-migrate', { Status: 'exited' }), silent), undefined);
});

test('a step that has failed is explained by its own last words', () => {
  const failed = container('credentials', { Status: 'exited', ExitCode: 1 });
  const log =
    'All passwords are there.\nThe volume of Postgres holds data of version 17, and this is 18: carry it over.\n';
  assert.equal(
    explain(failed, () => log),
    'credentials ended with status 1: The volume of Postgres holds data of version 17, and this is 18: carry it over.',
  );
  assert.match(
    explain(failed, silent) ?? '',
    /ended with status 1: docker compose logs credentials says why/,
  );
});

test('a log in JSON is told in words', () => {
  const failed = container('order-migrate', { Status: 'exited', ExitCode: 1 });
  const line = JSON.stringify({ level: 60, msg: 'the migrate step failed', err: { message: 'no database' } });
  assert.match(explain(failed, () => line) ?? '', /: the migrate step failed: no database$/);
});

test('a limit of memory that is too low is named', () => {
  const killed = container('order', { Status: 'restarting', ExitCode: 137, OOMKilled: true });
  assert.match(explain(killed, silent) ?? '', /limit of 384 MB/);
});
