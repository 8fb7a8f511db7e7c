import { getHeapStatistics } from 'node:v8';
import { gauge, observedCounter } from './instruments.ts';

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
  description: 'Since when does this process run? Has it been restarted?',
});

/** Observes processor time, memory, its limit and age of this process. */
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
}
