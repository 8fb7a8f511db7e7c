import { styleText } from 'node:util';
import type { Span } from '../telemetry/span.ts';
import { printable, shortened, valueText } from './printable.ts';
import { serviceColumn } from './service-column.ts';

/**
 * A trace as indented lines: service, name, start from its first span and duration in milliseconds. The statements of a
 * span are counted, since there are dozens. A span whose parent is not among them begins a tree.
 */
export function traceTree(spans: Span[]): string[] {
  if (spans.length === 0) return ['    No span of it has been received.'];
  const begin = Math.min(...spans.map(({ startMs }) => startMs));
  const isStatement = (span: Span) => span.attributes['db.system.name'] === 'postgresql';
  const children = Map.groupBy(spans, ({ parentSpanId }) => parentSpanId);
  const childrenOf = (parent: string) => children.get(parent) ?? [];

  function branch(span: Span, indent: string, twig: string): Line[] {
    const [statements, others] = partition(childrenOf(span.spanId), isStatement);
    const line = { span, branch: indent + twig + nameOf(span), statements: statements.length };
    if (indent.length >= DEEPEST) return [line];
    const deeper = twig === '├ ' ? `${indent}│` : `${indent} `;
    const below = others.flatMap((child, index) =>
      branch(child, twig ? deeper : '', index === others.length - 1 ? '└ ' : '├ '),
    );
    return [line, ...below];
  }

  const lines = rootsOf(spans).flatMap((root) => branch(root, '', ''));
  const width = lines.reduce((longest, line) => Math.max(longest, line.branch.length), 'span'.length) + 1;
  const title = columns('span', width, 'start', 'time', 'SQL');
  return [
    `  ${serviceColumn('service')} ${styleText('dim', title)}`,
    ...lines.map((line) => asText(line, begin, width)),
  ];
}

/** The spans whose parent is not among them: it is a caller's, or was not received. */
export function rootsOf(spans: Span[]): Span[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
}

/** The most levels that are shown. */
const DEEPEST = 60;

type Line = { span: Span; branch: string; statements: number };

function columns(branch: string, width: number, ...numbers: string[]): string {
  const [start = '', time = '', statements = ''] = numbers;
  return `${branch.padEnd(width)}${start.padStart(9)}${time.padStart(9)}${statements.padStart(5)}`.trimEnd();
}

function asText({ span, branch, statements }: Line, begin: number, width: number): string {
  const times = [span.startMs - begin, span.durationMs].map((ms) => `${ms.toFixed(0)} ms`);
  const text = columns(branch, width, ...times, String(statements || ''));
  return `  ${serviceColumn(span.service)} ${span.failed ? styleText('red', text) : text}`;
}

const LONGEST_NAME = 120;

/** The instrumentation of fetch names a span by its method alone. */
function nameOf({ name, attributes }: Span): string {
  const path = valueText(attributes['url.path']);
  return shortened(printable(path && !name.includes('/') ? `${name} ${path}` : name), LONGEST_NAME);
}

function partition<Item>(items: Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
