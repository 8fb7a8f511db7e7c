import * as stack from '@repo/stack';
import { atTheEnd } from './at-the-end.ts';

/** The proxy of the stack, closed when all tests of this file have run. */
export async function createFaultyProxy(serverUrl: string, defaultPort?: number): Promise<stack.FaultyProxy> {
  const proxy = await stack.createFaultyProxy(serverUrl, defaultPort);
  atTheEnd(proxy.close);
  return proxy;
}
