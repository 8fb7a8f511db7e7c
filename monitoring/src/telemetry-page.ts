import { join, resolve } from 'node:path';
import type { Instrument } from '@repo/observability';
import type { Rule } from './alerts/rules.ts';
import { rules } from './alerts/rules.ts';
import { readInstruments } from './catalogue.ts';
import { dashboards } from './dashboards/dashboards.ts';
import { replaceVariables } from './dashboards/variables.ts';
import { selectorsOf } from './promql.ts';
import { seriesOf } from './series.ts';

/** The page that holds the table, between two marks. */
export const page = join(resolve(import.meta.dirname, '../..'), 'docs/telemetry.md');

const MARKED = /(<!-- npm run docs:telemetry writes this table[^>]*-->\n).*?(\n<!-- end of the table -->)/s;

/** An instrument, and the dashboards and alerts that read it. */
export interface UsedInstrument extends Instrument {
  usedBy: string[];
}

/** All instruments, each with what reads it: alerts, directly or through recorded series, and dashboards. */
export async function readUses(): Promise<UsedInstrument[]> {
  const readers = [...alertReaders(), ...dashboardReaders()];
  return (await readInstruments()).map((instrument) => {
    const series = new Set(seriesOf(instrument).map(([name]) => name));
    const using = readers.filter(({ metrics }) => metrics.some((metric) => series.has(metric)));
    return { ...instrument, usedBy: [...new Set(using.map(({ link }) => link))] };
  });
}

interface Reader {
  /** Markdown. */
  link: string;
  metrics: string[];
}

function alertReaders(): Reader[] {
  const all = Object.values(rules({ speed: 1 })).flat();
  const recorded = new Map(all.flatMap((rule) => ('record' in rule ? [[rule.record, rule] as const] : [])));
  const metricsOf = ({ expr }: Rule): string[] =>
    selectorsOf(expr).flatMap(({ metric }) => {
      const recording = recorded.get(metric);
      return recording ? metricsOf(recording) : [metric];
    });
  return all.flatMap((rule) =>
    'alert' in rule ? [{ link: `[${rule.alert}](runbooks/${rule.alert}.md)`, metrics: metricsOf(rule) }] : [],
  );
}

function dashboardReaders(): Reader[] {
  return dashboards.flatMap(({ name, panels }) =>
    panels.flatMap(({ queries }) =>
      Object.values(queries).map((query) => ({
        link: `dashboard ${name}`,
        metrics: selectorsOf(replaceVariables(query, { rangeSeconds: 3_600, scrapeSeconds: 10 })).map(
          ({ metric }) => metric,
        ),
      })),
    ),
  );
}

/** The instruments as a Markdown table. */
export function telemetryTable(instruments: UsedInstrument[]): string {
  const rows = instruments
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, kind, unit, attributes = [], description, usedBy }) => {
      const labels = attributes.map((attribute) => `\`${attribute}\``).join(', ');
      return `| \`${name}\` | ${kind}, ${unit} | ${labels} | ${description} | ${usedBy.join(', ')} |`;
    });
  return [
    '| instrument | kind, unit | attributes | the question | used by |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** @throws Error when the page has no place for the table */
export function withTable(text: string, table: string): string {
  if (!MARKED.test(text)) throw new Error('docs/telemetry.md has no marks around its table.');
  return text.replace(MARKED, (_all, before, after) => `${before}${table}${after}`);
}
