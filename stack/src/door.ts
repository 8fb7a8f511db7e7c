import { rmSync } from 'node:fs';
import { openControlServer, type Verb } from './control-server.ts';
import { Failure } from './failure.ts';
import type { House } from './house.ts';
import { type Control, controlFile } from './running.ts';
import { openSpanStore, type SpanStore } from './spans.ts';
import { writeWhole } from './write-whole.ts';

/**
 * Opens the door for commands and traces, and notes in the folder where it is, until the house is closed. Answers what
 * has come in of traces, and where services send theirs.
 */
export async function openDoor(house: House): Promise<{ store: SpanStore; collector: Control }> {
  const store = openSpanStore();
  const door = await openControlServer({
    async control(verb, name) {
      const message = await control(house, verb, name);
      house.say(`${message}, as npm run stack asked`);
      return message;
    },
    processes: () => house.processes.map((process) => process.standing()),
    spans: store,
  });
  const file = controlFile(house.folder.dir);
  writeWhole(file, { url: door.url, secret: door.secret });
  house.atTheEnd(() => {
    door.close();
    rmSync(file, { force: true });
  });
  return { store, collector: door.collector };
}

const done = { stop: 'is stopped', start: 'is running', pause: 'is paused', resume: 'goes on' };

/** Does what `npm run stack` asks for, and answers what it has done. */
export async function control(house: House, verb: Verb, name: string): Promise<string> {
  const one = house.processes.find((process) => process.name === name);
  const names = house.processes.map((process) => process.name).join(', ');
  if (!one) throw new Failure(`There is no process "${name}" here; there are ${names}.`);
  await one[verb]();
  return `${name} ${done[verb]}`;
}
