import { readFileSync, statSync } from 'node:fs';
import { repository } from '../project.ts';
import { cpuLines, cpuPage, reportCpu } from './cpu-report.ts';
import type { HeapSnapshot } from './heap-profile.ts';
import { heapLines, heapPage, reportHeap } from './heap-report.ts';
import type { Inspector } from './inspector.ts';
import { profilePage } from './page.ts';
import type { ProfileFiles } from './profile-files.ts';
import { recordCpu } from './record-cpu.ts';
import { recordHeap } from './record-heap.ts';

type Options = { name: string; seconds: number; signal: AbortSignal; files: ProfileFiles };

/** The lines of the report, and the files that were written. */
export type Profiled = { lines: string[]; written: string[] };

/** Records a CPU profile of a process, as a `.cpuprofile` and as a page. */
export async function profileCpu(inspector: Inspector, options: Options): Promise<Profiled> {
  const { name, files } = options;
  const recording = await recordCpu(inspector, options);
  const report = reportCpu(recording, repository);
  const written = [
    files.write('cpuprofile', JSON.stringify(recording.profile)),
    files.write('html', profilePage(cpuPage(name, report))),
  ];
  return { lines: cpuLines(name, report), written };
}

/** Records the heap of a process, as a `.heapsnapshot`, a `.heapprofile` and a page. */
export async function profileHeap(inspector: Inspector, options: Options): Promise<Profiled> {
  const { name, seconds, files } = options;
  const snapshotFile = files.path('heapsnapshot');
  const recording = await recordHeap(inspector, { ...options, file: snapshotFile });
  const report = reportHeap(recording, readSnapshot(snapshotFile), { seconds, root: repository });
  const written = [
    snapshotFile,
    files.write('heapprofile', JSON.stringify(recording.profile)),
    files.write('html', profilePage(heapPage(name, report))),
  ];
  return { lines: heapLines(name, report), written };
}

/** Node cannot hold the text of a larger file in one string. */
const LARGEST_READ = 500_000_000;

/** An empty snapshot, where the file is too large: then the page lacks the table of classes. */
function readSnapshot(file: string): HeapSnapshot {
  if (statSync(file).size > LARGEST_READ)
    return {
      snapshot: { meta: { node_fields: ['type', 'name', 'self_size'], node_types: [[]] } },
      nodes: [],
      strings: [],
    };
  return JSON.parse(readFileSync(file, 'utf8')) as HeapSnapshot;
}
