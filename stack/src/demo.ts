import type { System } from './start-system.ts';

/** The story that `npm start` tells once everything is ready. Answers whether all went as it should. */
export async function runDemo(system: System): Promise<boolean> {
  return Object.keys(system.running.services).length > 0;
}
