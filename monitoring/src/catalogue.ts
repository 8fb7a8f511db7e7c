import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Instrument, instruments } from '@repo/observability';
import { seriesOf } from './series.ts';

const root = resolve(import.meta.dirname, '../..');
const DEFINES = /\b(?:counter|gauge|histogram|observedCounter)(?:<[^>]*>)?\(\{/;

const FILES = ['device', 'mode', 'mountpoint', 'state', 'type'];

/** What libraries and programs measure, as far as it is kept (views of packages/observability, monitoring/collector). */
const OF_OTHERS: Instrument[] = [
  gauge('nodejs.eventloop.delay.p50', 's', 'How late is half of what the event loop has to do?'),
  gauge('nodejs.eventloop.delay.p99', 's', 'How late is the latest hundredth of it?'),
  gauge('nodejs.eventloop.delay.max', 's', 'How long was the longest stall?'),
  gauge('nodejs.eventloop.utilization', '1', 'Which share of the time is the event loop busy?'),
  {
    name: 'v8js.gc.duration',
    kind: 'histogram',
    unit: 's',
    attributes: ['v8js.gc.type'],
    description: 'How long do garbage collections stop the process?',
  },
  gauge('v8js.memory.heap.used', 'By', 'Does the heap grow?', ['v8js.heap.space.name']),
  gauge('system.filesystem.usage', 'By', 'How full are the disks? (the collector)', FILES),
];

function gauge(name: string, unit: string, description: string, attributes: string[] = []): Instrument {
  return { name, kind: 'gauge', unit, description, attributes };
}

/** All series of Prometheus, with their labels. */
export async function catalogue(): Promise<Map<string, string[]>> {
  return new Map((await readInstruments()).flatMap(seriesOf));
}

/**
 * All instruments that the code of packages and services defines, and those of libraries, by name. It imports each module
 * that defines one, so it is for tests and generators only.
 */
export async function readInstruments(): Promise<Instrument[]> {
  const modules = globSync('{packages,services}/*/src/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts') && DEFINES.test(readFileSync(join(root, file), 'utf8')),
  );
  await Promise.all(modules.map((file) => import(pathToFileURL(join(root, file)).href)));
  return [...instruments(), ...OF_OTHERS];
}
