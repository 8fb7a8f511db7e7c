export { fullJitter } from './backoff.ts';
export { recordBatch } from './batch-size.ts';
export { createPace, PACE, type Pace } from './pace.ts';
export { createPoller, type Poller } from './poller.ts';
export {
  createProgressWatch,
  type ExpectedWork,
  type ProgressWatch,
  STALLED_AFTER_MS,
} from './progress-watch.ts';
export { tryFor } from './try-for.ts';
export { createWakeSignal, type WakeSignal } from './wake-signal.ts';
