import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The switches of the code that is injected into the services (e2e/fault-injection/switches.ts): a file for each. */
export interface Switchboard {
  turnOn(service: string, name: string, text?: string): void;
  /** The switches that are on, each as `<service>.<name>`. */
  switchesOn(): string[];
  turnAllOff(): void;
}

export function openSwitchboard(folder: string): Switchboard {
  mkdirSync(folder, { recursive: true });
  return {
    turnOn: (service, name, text = '') => writeFileSync(join(folder, `${service}.${name}`), text),
    switchesOn: () => readdirSync(folder),
    turnAllOff() {
      for (const file of readdirSync(folder)) rmSync(join(folder, file), { force: true });
    },
  };
}
