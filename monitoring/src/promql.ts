import { parser } from '@prometheus-io/lezer-promql';

/** A selector of series in a query: its metric, the labels that it compares, and whether it reads a window: `a[5m]`. */
export interface Selector {
  metric: string;
  labels: string[];
  hasWindow: boolean;
}

/** What a query reads: its selectors in their order, and the labels that it groups or matches by. */
export interface Query {
  selectors: Selector[];
  groupedBy: string[];
}

/**
 * Reads a PromQL query with the grammar of Prometheus' own editor.
 *
 * @throws Error for a query that the grammar does not accept
 */
export function readQuery(expr: string): Query {
  const query: Query = { selectors: [], groupedBy: [] };
  let isGrouping = false;
  let hasWindow = false;
  parser.parse(expr).iterate({
    enter({ type, from, to }) {
      const text = expr.slice(from, to);
      const selector = query.selectors.at(-1);
      if (type.isError) throw new Error(`This is no PromQL at position ${from}: ${expr}`);
      if (type.name === 'MatrixSelector') hasWindow = true;
      if (type.name === 'VectorSelector') query.selectors.push({ metric: '', labels: [], hasWindow });
      if (type.name === 'Identifier' && selector) selector.metric = text;
      if (type.name === 'GroupingLabels') isGrouping = true;
      if (type.name === 'LabelName') (isGrouping ? query.groupedBy : selector?.labels)?.push(text);
    },
    leave({ type }) {
      if (type.name === 'GroupingLabels') isGrouping = false;
      if (type.name === 'MatrixSelector') hasWindow = false;
    },
  });
  return query;
}

/** The selectors of a query; see `readQuery`. */
export const selectorsOf = (expr: string): Selector[] => readQuery(expr).selectors;

/** The selectors of a query as they are written: `a{b="c"}`, without their windows. */
export function selectorTexts(expr: string): string[] {
  const texts: string[] = [];
  parser.parse(expr).iterate({
    enter({ type, from, to }) {
      if (type.name === 'VectorSelector') texts.push(expr.slice(from, to));
    },
  });
  return texts;
}
