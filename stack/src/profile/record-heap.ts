import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { HeapProfile } from './heap-profile.ts';
import type { Inspector } from './inspector.ts';
import { elapse } from './record-cpu.ts';

export type HeapRecording = {
  profile: HeapProfile;
  /** How long the snapshot stopped the process. */
  stoppedMs: number;
};

/** The average distance between two sampled allocations: V8's own default is 32 KB. */
const SAMPLE_EACH_BYTES = 16 * 1024;

/** The snapshot stops the process, for about a second for each 50 MB. */
const SNAPSHOT_WITHIN_MS = 5 * 60_000;

/**
 * Samples the allocations of a running process for some seconds, keeps those that are alive after a garbage collection,
 * and then writes a snapshot of the whole heap.
 *
 * @param file the `.heapsnapshot`. It holds every string of the process, secrets and personal data too.
 */
export async function recordHeap(
  inspector: Inspector,
  { seconds, signal, file }: { seconds: number; signal: AbortSignal; file: string },
): Promise<HeapRecording> {
  await inspector.send('HeapProfiler.enable');
  await inspector.send('HeapProfiler.startSampling', { samplingInterval: SAMPLE_EACH_BYTES });
  await elapse(inspector, { seconds, signal });
  // Twice: the first one may leave what finalisers and the observers of garbage collections still hold.
  await inspector.send('HeapProfiler.collectGarbage');
  await inspector.send('HeapProfiler.collectGarbage');
  const { profile } = await inspector.send<{ profile: HeapProfile }>('HeapProfiler.stopSampling');
  const began = performance.now();
  await writeSnapshot(inspector, file);
  return { profile, stoppedMs: performance.now() - began };
}

/** A snapshot that is not complete is removed: nobody can read it, and it holds the strings of the process all the same. */
async function writeSnapshot(inspector: Inspector, file: string): Promise<void> {
  const output = openSync(file, 'wx', 0o600);
  try {
    inspector.onEvent('HeapProfiler.addHeapSnapshotChunk', ({ chunk }: { chunk: string }) => {
      writeSync(output, chunk);
    });
    await inspector.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false }, SNAPSHOT_WITHIN_MS);
  } catch (error) {
    rmSync(file);
    throw error;
  } finally {
    closeSync(output);
  }
}
