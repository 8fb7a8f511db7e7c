import { Failure } from '@repo/stack';

/** A time that has passed, and the distance between the points that are looked at. */
export interface Period {
  start: Date;
  end: Date;
  stepSeconds: number;
}

/** A query over the whole time of a run may take some seconds. */
const ANSWERS_WITHIN_MS = 60_000;

export type Prometheus = ReturnType<typeof openPrometheus>;

/** Queries a Prometheus (https://prometheus.io/docs/prometheus/latest/querying/api/). */
export function openPrometheus(url: string) {
  async function get(path: string, parameters?: Record<string, string>) {
    const response = await fetch(`${url}/api/v1/${path}`, {
      ...(parameters && { method: 'POST', body: new URLSearchParams(parameters) }),
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: unknown;
      error?: string;
    };
    if (status !== 'success')
      throw new Failure(`Prometheus refuses ${Object.values(parameters ?? {})[0] ?? path}: ${error}`);
    return data;
  }
  const seconds = (date: Date) => String(date.getTime() / 1_000);

  return {
    /** How many series of the result have a value at some time; one that is NaN all the time shows nothing. */
    async countSeries(query: string, { start, end, stepSeconds }: Period): Promise<number> {
      const times = { start: seconds(start), end: seconds(end), step: String(stepSeconds) };
      const { result } = (await get('query_range', { query, ...times })) as {
        result: { values: [number, string][] }[];
      };
      return result.filter(({ values }) => values.some(([, value]) => value !== 'NaN')).length;
    },
    /** Whether a selector matches a series. */
    async matches(selector: string, { start, end }: Period): Promise<boolean> {
      const times = { start: seconds(start), end: seconds(end) };
      return ((await get('series', { 'match[]': selector, ...times })) as unknown[]).length > 0;
    },
    /** When all rules were evaluated last: the time of the group whose turn is longest ago. */
    async rulesEvaluatedAt(): Promise<Date> {
      const { groups } = (await get('rules')) as {
        groups: { lastEvaluation: string }[];
      };
      return new Date(Math.min(...groups.map(({ lastEvaluation }) => Date.parse(lastEvaluation))));
    },
    /** The value of a query with one result, such as a sum; 0 without a result. */
    async value(query: string): Promise<number> {
      const { result } = (await get('query', { query })) as { result: { value: [number, string] }[] };
      return Number(result[0]?.value[1] ?? 0);
    },
  };
}
