import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { CpuProfile } from './cpu-profile.ts';
import type { Inspector } from './inspector.ts';
import { type ProbeReading, startProbe, stopProbe } from './loop-probe.ts';

export type CpuRecording = { profile: CpuProfile; probe: ProbeReading };

/** The longest time between two samples, in microseconds; a sample costs some ten of them. */
const SAMPLE_EACH_US = 1_000;

/**
 * Records a CPU profile of a running process, and when its event loop was late.
 *
 * @param signal ends the recording early, with what there is by then
 * @throws Failure when the process ends meanwhile
 */
export async function recordCpu(
  inspector: Inspector,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<CpuRecording> {
  await inspector.send('Profiler.enable');
  await inspector.send('Profiler.setSamplingInterval', { interval: SAMPLE_EACH_US });
  // Sent together, so that the process handles one right after the other: the probe tells the time of the start.
  await Promise.all([inspector.evaluate(startProbe(seconds)), inspector.send('Profiler.start')]);
  await elapse(inspector, { seconds, signal });
  const probe = await inspector.evaluate<ProbeReading>(stopProbe);
  const { profile } = await inspector.send<{ profile: CpuProfile }>('Profiler.stop');
  return { profile, probe };
}

/** Waits; rejects when the process ends meanwhile. */
export async function elapse(
  inspector: Inspector,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<void> {
  const over = sleep(seconds * 1_000, 'over' as const, { signal }).catch(() => 'over' as const);
  const how = await Promise.race([over, inspector.closed]);
  if (how !== 'over') throw new Failure('The process ended, or was restarted, during the recording.');
}
