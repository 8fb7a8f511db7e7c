import { escapeLiteral } from 'pg';
import type { PlanNode } from './plan-node.ts';
import type { SampledValue } from './sample-values.ts';

/** A constant as Postgres writes it: text in quotes, and a number without; the number of "InitPlan 1" is none. */
const CONSTANT = /E?'(?:[^']|'')*'|(?<![\w$."]|Plan )\d+(?:\.\d+)?(?![\w."])/g;

/**
 * A plan for these very values has them in its conditions: as they are, or in what Postgres computes from them (the bounds of
 * a `like`). They are people's data, and no part of the answer. A constant that the plan for any values has too is one of the
 * statement. The others become the parameter whose value they are, or a mark.
 *
 * @param generic the plan of the same statement for any values
 */
export function withoutValues(plan: PlanNode, generic: PlanNode, values: SampledValue[]): PlanNode {
  const ofStatement = new Set(textsOf(generic).flatMap((text) => text.match(CONSTANT) ?? []));
  const parameters = parametersOf(values);
  const hidden = (constant: string) =>
    parameters.get(constant) ?? (ofStatement.has(constant) ? constant : '…');
  return mapTexts(plan, (text) => text.replaceAll(CONSTANT, hidden));
}

/** Each value as Postgres may write it, with its parameter; of equal values the first. */
function parametersOf(values: SampledValue[]): Map<string, string> {
  const written = values.flatMap(({ text }, index) =>
    text === null ? [] : [text, escapeLiteral(text).trim()].map((one) => [one, `$${index + 1}`] as const),
  );
  return new Map(written.reverse());
}

function textsOf(plan: PlanNode): string[] {
  const texts: string[] = [];
  mapTexts(plan, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

function mapTexts(plan: PlanNode, change: (text: string) => string): PlanNode {
  const json = JSON.stringify(plan, (_, value) => (typeof value === 'string' ? change(value) : value));
  return JSON.parse(json) as PlanNode;
}
