export { type Bell, createBell } from './bell.ts';
export { createPace, type Pace } from './pace.ts';
