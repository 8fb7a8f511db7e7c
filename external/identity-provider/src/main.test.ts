import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const folder = mkdtempSync(join(tmpdir(), 'identity-provider-'));
const file = join(folder, 'keys.json');
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      IDENTITY_PROVIDER_PORT: '0',
      IDENTITY_PROVIDER_FILE: file,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function start(env = {}) {
  const child = run(env);
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, url } = JSON.parse(line);
    if (msg === 'listening') return { child, url: url as string };
  }
  throw new Error(`It never listened: ${await text(child.stderr)}`);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals) {
  child.kill(signal);
  const [status] = await once(child, 'exit');
  return status;
}

const keySet = async (url: string) => (await fetch(`${url}/jwks`)).json();

test('an issuer has the same signing keys after a kill and a restart', async () => {
  const first = await start();
  const before = await keySet(first.url);
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'customer-1' });
  const answer = await fetch(`${first.url}/token`, { method: 'POST', body: form });
  const { access_token } = (await answer.json()) as { access_token: string };
  await stop(first.child, 'SIGKILL');

  const second = await start({ IDENTITY_PROVIDER_PORT: new URL(first.url).port });
  assert.equal(second.url, first.url);
  assert.deepEqual(await keySet(second.url), before);
  const keys = createRemoteJWKSet(new URL(`${second.url}/jwks`));
  const { payload } = await jwtVerify(access_token, keys, { issuer: second.url, audience: 'tenfold' });
  assert.equal(payload.sub, 'customer-1');
  assert.equal(await stop(second.child, 'SIGTERM'), 0);
});

test('the error about a used port names its variable', async () => {
  const { child, url } = await start();
  const { port } = new URL(url);
  const second = run({ IDENTITY_PROVIDER_PORT: port });
  const [complaint, [status]] = await Promise.all([text(second.stderr), once(second, 'exit')]);
  assert.match(complaint, new RegExp(`^Port ${port} is taken: set IDENTITY_PROVIDER_PORT [^\n]+\n$`));
  assert.equal(status, 1);
  assert.equal(await stop(child, 'SIGTERM'), 0);
});

test('the error about an invalid setting names it', async () => {
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"keys":[');
  for (const [variable, value] of [
    ['IDENTITY_PROVIDER_PORT', '70000'],
    ['IDENTITY_PROVIDER_FILE', ''],
    ['IDENTITY_PROVIDER_FILE', '/dev/null/keys.json'],
    ['IDENTITY_PROVIDER_FILE', broken],
  ] as const) {
    const child = run({ [variable]: value });
    const [complaint, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    assert.match(complaint, new RegExp(`^${variable} [^\n]+\n$`));
    assert.equal(status, 1);
  }
});
