import { styleText } from 'node:util';
import { project } from '../project.ts';
import { printable } from '../text/printable.ts';
import { figuresOf, QUANTILE_SECONDS, RATE_SECONDS, type Sample } from './figures.ts';
import { type Cell, type Column, type Format, isBeyond, type Panel, type Row, shownValue } from './panel.ts';

const WIDTH = 80;
const GAP = 2;

/** One screen of panels as lines of at most 80 columns. Panels in one array stand side by side. */
export function frame(layout: Panel[][], sample: Sample, notes: string[] = []): string[] {
  const figures = figuresOf(sample);
  const clock = sample.at.toTimeString().slice(0, 8);
  const windows = `rates over ${RATE_SECONDS} s, quantiles over ${QUANTILE_SECONDS} s, ! beyond its objective`;
  const bands = layout.map((band) => {
    const width = Math.floor((WIDTH - GAP * (band.length - 1)) / band.length);
    return beside(
      band.map((panel) => panelLines(panel, panel.rows(figures), width)),
      width,
    );
  });
  const title = `${styleText('bold', project.title)} ${clock}  ${styleText('dim', windows)}`;
  return [
    title,
    ...notes.map((note) => styleText('yellow', note)),
    ...bands.flatMap((band) => ['', ...band]),
  ];
}

/** A line, and its length without colours. */
type Line = { text: string; length: number };

function beside(blocks: Line[][], width: number): string[] {
  const height = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, row) =>
    blocks
      .map((block) => block[row] ?? { text: '', length: 0 })
      .map(({ text, length }) => text + ' '.repeat(Math.max(0, width - length)))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

function panelLines({ title, columns }: Panel, rows: Row[], width: number): Line[] {
  const widths = columns.map(({ title, format }) => Math.max(title.length + 2, WIDTHS[format]));
  const nameWidth = width - widths.reduce((sum, one) => sum + one, 0);
  const line = (name: string, textOf: (column: Column, width: number) => string) =>
    fitted(name, nameWidth) + columns.map((column, index) => textOf(column, widths[index] ?? 0)).join('');
  const head = line(title, (column, width) => `${column.title} `.padStart(width));
  const shown = rows.filter(({ isHidden }) => !isHidden);
  const lines = shown.map(({ name, cells }) => ({
    text: line(printable(name), (column, width) => cellText(cells[column.id], column, width)),
    length: width,
  }));
  const none = { text: '  –', length: 3 };
  return [{ text: styleText('bold', head), length: width }, ...(lines.length > 0 ? lines : [none])];
}

/** Of a long name, the end tells less than the beginning. */
function fitted(name: string, width: number): string {
  const text = `  ${name}`;
  return text.length > width - 1 ? `${text.slice(0, width - 2)}… ` : text.padEnd(width);
}

/** A value to the right of its column, and a mark behind it: the mark is also seen without colours. */
function cellText(cell: Cell | undefined, { format }: Column, width: number): string {
  if (cell === undefined) return ' '.repeat(width);
  const text = `${formatted(shownValue(cell), format)}${isBeyond(cell) ? '!' : ' '}`.padStart(width);
  return isBeyond(cell) ? styleText('red', text) : text;
}

const WIDTHS: Record<Format, number> = { count: 8, rate: 10, seconds: 9, bytes: 9, share: 7, text: 12 };

/** A value in at most as many characters as its column has; a dash where there is none. */
export function formatted(value: number | string | null, format: Format): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (format === 'rate') return value.toFixed(value < 100 ? 1 : 0);
  if (format === 'seconds') return secondsText(value);
  if (format === 'bytes') return `${(value / 1024 / 1024).toFixed(0)} MB`;
  if (format === 'share') return `${(value * 100).toFixed(0)} %`;
  return value.toFixed(0);
}

function secondsText(seconds: number): string {
  if (seconds < 0.9995) return `${(seconds * 1_000).toFixed(0)} ms`;
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 7_200 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3_600).toFixed(0)} h`;
}
