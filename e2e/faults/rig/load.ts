import { eventually } from '@repo/testing';
import { play, type Stage } from '../../workload/play.ts';
import { type Story, writeScript } from '../../workload/script.ts';
import type { Rig } from './rig.ts';

/** What customers need of a system. */
type Market = Pick<Rig, 'auditor' | 'client' | 'shop' | 'orderUrl'> & {
  system: Pick<Rig['system'], 'running'>;
};

/** Clients that go on as long as they are wanted to. */
export interface Load {
  /** Waits until so many orders have been asked for and have ended. */
  reaches(orders: number): Promise<void>;
  /** Waits until so many more have ended. */
  goesOnFor(orders: number): Promise<void>;
  /** Lets each client finish what it is about. Answers how many orders there were, and which stories broke off. */
  stop(): Promise<{ played: number; brokenOff: string[] }>;
}

const LANES = 12;
/** As many as no fault lasts for. */
const STORIES = 1_500;

/**
 * Starts clients that play stories, one after the other, `most` of them at the most. `first` is the number of the first:
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
  let isWanted = true;

  async function lane(): Promise<void> {
    for (const [number, story] of stories) {
      await play(stage, story, number).catch((error: Error) => {
        brokenOff.push(`Story ${number} broke off: ${error.message}`);
      });
      played++;
      if (!isWanted) return;
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
      isWanted = false;
      await lanes;
      return { played, brokenOff };
    },
  };
}

/** How many numbers a load may use up. */
export const NUMBERS_OF_A_LOAD = STORIES;

function* numbered(stories: Story[], first: number): Generator<[number, Story]> {
  for (const [index, story] of stories.entries()) yield [first + index, story];
}

function stageOf({ system, auditor, client, shop, orderUrl }: Market): Stage {
  const { running } = system;
  const order = { ...running.services.order, url: orderUrl };
  return { auditor, client, shop, running: { ...running, services: { ...running.services, order } } };
}
