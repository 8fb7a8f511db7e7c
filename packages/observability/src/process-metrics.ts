import { getHeapStatistics } from 'node:v8';
import { gauge, observedCounter, ownName } from './instruments.ts';

const cpuTime = observedCounter({
  name: 'process.cpu.time',
  unit: 's',
  description: 'How much of a processor does this process use?',
  attributes: ['cpu.mode'],
});
const memory = gauge({
  name: 'process.memory.usage',
  unit: 'By',
  description: 'How much memory does this process occupy?',
});
const heapLimit = gauge({
  name: 'v8js.memory.heap.limit',
  unit: 'By',
  description: 'How large may the heap of this process become?',
});
const uptime = gauge({
  name: 'process.uptime',
  unit: 's',
  description: 'For how long has this process run?',
});
const startTime = gauge({
  name: ownName('process.start_time'),
  unit: 's',
  description: 'When did this process start, in seconds since 1970? Each restart changes it.',
});

/**
 * Observes processor time, memory, its limit, age and start of this process. An age cannot count restarts: one process that
 * reports once in its life, and another one after it, have the same age then.
 */
export function observeProcess(): void {
  cpuTime.observe(() => {
    const { user, system } = process.cpuUsage();
    return [
      [user / 1e6, { 'cpu.mode': 'user' }],
      [system / 1e6, { 'cpu.mode': 'system' }],
    ];
  });
  memory.observe(() => process.memoryUsage.rss());
  heapLimit.observe(() => getHeapStatistics().heap_size_limit);
  uptime.observe(() => process.uptime());
  startTime.observe(() => performance.timeOrigin / 1_000);
}
