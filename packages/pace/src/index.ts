export { createPace, PACE, type Pace } from './pace.ts';
export { createWakeSignal, type WakeSignal } from './wake-signal.ts';
