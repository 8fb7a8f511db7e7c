import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FlameNode } from './flame-tree.ts';

/** A table of the page. Cells of a `code` column may have several lines. */
export type PageTable = {
  heading: string;
  hint: string;
  columns: { title: string; number?: boolean; code?: boolean }[];
  /** Rows of `ours` are emphasised. */
  rows: { cells: string[]; ours: boolean }[];
};

export type Page = {
  title: string;
  facts: string;
  /** The unit of the flame graph: ms, KB. */
  unit: string;
  tables: PageTable[];
  tree: FlameNode;
};

/** Writes a profile as one page, which needs no network: the libraries that draw the flame graph are in it. */
export function profilePage(page: Page): string {
  const template = readFileSync(join(import.meta.dirname, 'page.html'), 'utf8');
  const scripts = libraries().map((script) => `<script>${script}</script>`);
  // No text of a profile can end the element that holds it.
  const data = JSON.stringify(page).replaceAll('<', '\\u003c');
  return template
    .replace('<!-- libraries -->', () => scripts.join('\n'))
    .replace('"data"</script>', () => `${data}</script>`);
}

/** D3 (ISC) and d3-flame-graph (Apache-2.0), as their authors have packed them for browsers, with their notices. */
function libraries(): string[] {
  const { resolve } = createRequire(import.meta.url);
  const d3 = join(dirname(resolve('d3')), '../dist/d3.min.js');
  const flameGraph = join(dirname(resolve('d3-flame-graph')), 'd3-flamegraph.umd.min.js');
  const notice =
    '/* d3-flame-graph 5, Copyright Martin Spier, Apache-2.0: https://github.com/spiermar/d3-flame-graph */';
  return [readFileSync(d3, 'utf8'), `${notice}\n${readFileSync(flameGraph, 'utf8')}`];
}
