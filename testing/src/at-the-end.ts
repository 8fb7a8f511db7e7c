import { after } from 'node:test';

const last: (() => unknown)[] = [];

/**
 * Releases a resource when all tests of this file have run, the newest resource first: a service is closed before its
 * database is dropped. Every release is tried; the first error is thrown.
 */
export function atTheEnd(giveBack: () => unknown): void {
  if (last.length === 0) after(giveAllBack);
  last.push(giveBack);
}

async function giveAllBack(): Promise<void> {
  const errors: unknown[] = [];
  for (let giveBack = last.pop(); giveBack; giveBack = last.pop()) {
    try {
      await giveBack();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
