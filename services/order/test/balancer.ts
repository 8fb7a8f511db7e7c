import { atTheEnd, call, eventually } from '@repo/testing';

const ASK_EACH_MS = 100;

/** Sends requests to processes in turn, and polls the readiness of each, as a load balancer does. */
export function createBalancer() {
  const ready = new Map<string, boolean>();
  let turn = 0;

  async function ask(url: string): Promise<void> {
    const { status } = await call(`${url}/readyz`).catch(() => ({ status: 0 }));
    if (ready.has(url)) ready.set(url, status === 200);
  }
  const asking = setInterval(() => {
    for (const url of ready.keys()) void ask(url);
  }, ASK_EACH_MS);
  atTheEnd(() => clearInterval(asking));

  return {
    async add(url: string): Promise<void> {
      ready.set(url, false);
      await eventually(() => ready.get(url), { what: 'a process to be ready' });
    },
    remove: (url: string) => ready.delete(url),
    /** The process that gets the next request. */
    next(): string {
      const urls = [...ready].filter(([, isReady]) => isReady).map(([url]) => url);
      if (urls.length === 0) throw new Error('No process is ready.');
      return urls[turn++ % urls.length] as string;
    },
  };
}
