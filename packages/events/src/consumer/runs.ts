import type { Message } from '../event.ts';

/**
 * Cuts messages into runs of one type each, to be processed in order. Messages of one key keep their order: a message
 * whose key is already in an open run of another type closes all open runs.
 */
export function cutIntoRuns<Each extends Message>(messages: Each[]): Each[][] {
  const runs: Each[][] = [];
  let open = new Map<string, Each[]>();
  let typeOfKey = new Map<string, string>();

  for (const message of messages) {
    const { type, key } = message;
    if (typeOfKey.has(key) && typeOfKey.get(key) !== type) {
      open = new Map();
      typeOfKey = new Map();
    }
    typeOfKey.set(key, type);
    const run = open.get(type);
    if (run) run.push(message);
    else {
      const started = [message];
      open.set(type, started);
      runs.push(started);
    }
  }
  return runs;
}
