import { askSupervisor } from '../control/ask-supervisor.ts';
import { readControl } from '../control/running.ts';
import { Failure } from '../failure.ts';
import type { ProcessStatus } from '../supervisor/processes/supervised-process.ts';
import type { Figure } from '../telemetry/series-store.ts';
import { QUANTILE_SECONDS, RATE_SECONDS, type Sample } from './figures.ts';

type Metrics = { items: Figure[]; refused: number };

const ANSWERS_WITHIN_MS = 5_000;

/**
 * Reads the metrics and the processes of the system on a folder, with notes about what is missing. Throws a Failure when no
 * system runs there, or its metrics are sent elsewhere.
 */
export async function readSample(dir: string): Promise<{ sample: Sample; notes: string[] }> {
  const { metrics: setting } = readControl(dir).sentElsewhere;
  if (setting)
    throw new Failure(
      `The services do not send their metrics here, because ${setting.includes('=') ? setting : `${setting} is set`}: look at them there, or start the system again without it.`,
    );
  const ask = <Answer>(path: string) => askSupervisor<Answer>(dir, 'GET', path, ANSWERS_WITHIN_MS);
  const [short, long, { items: processes }] = await Promise.all([
    ask<Metrics>(`/v1/metrics/${RATE_SECONDS}`),
    ask<Metrics>(`/v1/metrics/${QUANTILE_SECONDS}`),
    ask<{ items: ProcessStatus[] }>('/v1/processes'),
  ]);
  const sample = { at: new Date(), short: short.items, long: long.items, processes };
  return { sample, notes: notesOn(short) };
}

function notesOn({ items, refused }: Metrics): string[] {
  return [
    ...(items.length === 0 ? ['No metrics have been received in the last seconds.'] : []),
    ...(refused > 0 ? [`${refused} values were refused: there are too many series.`] : []),
  ];
}
