import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { instruments } from '@repo/observability';
import { type Instrument, seriesOf } from './series.ts';

const root = resolve(import.meta.dirname, '../..');
const DEFINES = /\b(?:counter|gauge|histogram|observedCounter)(?:<[^>]*>)?\(\{/;

/** What libraries and programs measure, as far as it is kept (views of packages/observability, monitoring/collector). */
const OF_OTHERS: Instrument[] = [
  ...['p50', 'p99', 'max'].map((which) => gauge(`nodejs.eventloop.delay.${which}`, 's')),
  gauge('nodejs.eventloop.utilization', '1'),
  { name: 'v8js.gc.duration', kind: 'histogram', unit: 's', attributes: ['v8js.gc.type'] },
  gauge('v8js.memory.heap.used', 'By', 'v8js.heap.space.name'),
  gauge('system.filesystem.usage', 'By', 'device', 'mode', 'mountpoint', 'state', 'type'),
];

function gauge(name: string, unit: string, ...attributes: string[]): Instrument {
  return { name, kind: 'gauge', unit, attributes };
}

/**
 * All series of Prometheus, with their labels: of the instruments that the code of packages and services defines, and of
 * those of libraries. It imports each module that defines one, so it is for tests only.
 */
export async function catalogue(): Promise<Map<string, string[]>> {
  const modules = globSync('{packages,services}/*/src/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts') && DEFINES.test(readFileSync(join(root, file), 'utf8')),
  );
  await Promise.all(modules.map((file) => import(pathToFileURL(join(root, file)).href)));
  return new Map([...instruments(), ...OF_OTHERS].flatMap(seriesOf));
}
