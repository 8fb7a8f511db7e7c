import { eventually } from '@repo/testing';
import { play, type Stage } from '../../workload/play.ts';
import { type Story, writeScript } from '../../workload/script.ts';
import type { Rig } from './rig.ts';

/** The part of a rig that clients need. */
type Market = Pick<Rig, 'auditor' | 'client' | 'shop' | 'orderUrl'> & {
  system: Pick<Rig['system'], 'running'>;
};

/** Clients that place orders until they are stopped. */
export interface Load {
  /** Waits until so many orders have been placed and have ended. */
  reaches(orders: number): Promise<void>;
  /** Waits until so many more have ended. */
  goesOnFor(orders: number): Promise<void>;
  /** Lets each client finish its story. Returns how many orders there were, and which stories broke off. */
  stop(): Promise<{ played: number; brokenOff: string[] }>;
}

const LANES = 12;
/** More than are played during any fault. */
const STORIES = 1_500;

/**
 * Starts clients that play stories, one after the other, at most `most` of them. `first` is the number of the first story:
 * each number is used once.
 */
export function startLoad(
  market: Market,
  { seed, first, most = STORIES }: { seed: number; first: number; most?: number },
): Load {
  const stories = numbered(writeScript(seed, most), first);
  const stage = stageOf(market);
  const brokenOff: string[] = [];
  let played = 0;
  let isRunning = true;

  async function lane(): Promise<void> {
    for (const [number, story] of stories) {
      await play(stage, story, number).catch((error: Error) => {
        brokenOff.push(`Story ${number} broke off: ${error.message}`);
      });
      played++;
      if (!isRunning) return;
    }
  }

  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  return {
    async goesOnFor(orders) {
      await this.reaches(played + orders);
    },
    async reaches(orders) {
      await eventually(() => played >= orders, { timeoutMs: 60_000, what: `${orders} orders to end` });
    },
    async stop() {
      isRunning = false;
      await lanes;
      return { played, brokenOff };
    },
  };
}

/** How many numbers a load may use. */
export const NUMBERS_OF_A_LOAD = STORIES;

function* numbered(stories: Story[], first: number): Generator<[number, Story]> {
  for (const [index, story] of stories.entries()) yield [first + index, story];
}

function stageOf({ system, auditor, client, shop, orderUrl }: Market): Stage {
  const { running } = system;
  const order = { ...running.services.order, url: orderUrl };
  return { auditor, client, shop, running: { ...running, services: { ...running.services, order } } };
}
