import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JWKStore } from 'oauth2-mock-server';

/**
 * Fills `keys` with the signing keys of `file`, a JWK set with its private parts (RFC 7517). The first start
 * creates one and writes the file atomically, so that a kill leaves no file or a complete one.
 */
export async function loadSigningKeys(keys: JWKStore, file: string) {
  if (existsSync(file)) {
    for (const key of readKeys(file)) await keys.add(key);
    return;
  }
  await keys.generate('RS256');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ keys: keys.toJSON(true) })}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

function readKeys(file: string): Record<string, unknown>[] {
  const content = readFileSync(file, 'utf8');
  try {
    const { keys } = JSON.parse(content);
    if (Array.isArray(keys) && keys.length > 0) return keys;
  } catch {}
  throw new Error(
    `IDENTITY_PROVIDER_FILE contains no signing keys: remove ${file}, and new ones are created.`,
  );
}
