export { type WakeSignal, createWakeSignal } from './wake-signal.ts';
export { createPace, PACE, type Pace } from './pace.ts';
