export { type Bell, createBell } from './bell.ts';
export { createPace, PACE, type Pace } from './pace.ts';
