import { conditionsOf, nodesOf, type PlanNode } from './plan-node.ts';

/** A column with which a statement compares one of its parameters. */
export type Column = { schema: string; table: string; column: string; isEqual: boolean };

const NAME = '("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)';
const FIELD = String.raw`\(*${NAME}\.${NAME}\)?(?:::[a-z ]+(?:\[\])?)?`;
const OPERATOR = String.raw`\s(=|<>|<|>|<=|>=|~~|IS NOT DISTINCT FROM)\s`;
const PARAMETER = String.raw`(?:ANY |ALL )?\(*\$(\d+)\b`;
const FIELD_FIRST = new RegExp(`${FIELD}${OPERATOR}${PARAMETER}`, 'g');
const PARAMETER_FIRST = new RegExp(String.raw`\$(\d+)\)*(?:::[a-z ]+)?${OPERATOR}${FIELD}`, 'g');
const ROWS = new RegExp(String.raw`ROW\(([^()]*)\)${OPERATOR}ROW\(([^()]*)\)`, 'g');

/**
 * Finds the column of each parameter, in the conditions of a generic plan. In the output of `explain (verbose)` each column
 * has the name of its table in front. A parameter that is only stored, or only part of an expression, has none.
 */
export function comparedColumns(plan: PlanNode): Map<number, Column> {
  const nodes = nodesOf(plan);
  const tables = new Map(nodes.map((node) => [node.Alias, node]));
  const columns = new Map<number, Column>();
  const add = (parameter: string, alias: string, column: string, operator: string) => {
    const node = tables.get(unquoted(alias));
    const number = Number(parameter);
    if (!node?.['Relation Name'] || columns.has(number)) return;
    columns.set(number, {
      schema: node.Schema ?? 'public',
      table: node['Relation Name'],
      column: unquoted(column),
      isEqual: operator === '=',
    });
  };
  for (const condition of nodes.flatMap(conditionsOf)) {
    for (const [, alias, column, operator, parameter] of condition.matchAll(FIELD_FIRST))
      add(String(parameter), String(alias), String(column), String(operator));
    for (const [, parameter, operator, alias, column] of condition.matchAll(PARAMETER_FIRST))
      add(String(parameter), String(alias), String(column), String(operator));
    for (const [, left, operator, right] of condition.matchAll(ROWS))
      for (const [parameter, alias, column] of fieldsOf(String(left), String(right)))
        add(parameter, alias, column, String(operator));
  }
  return columns;
}

/** Finds the column to which an update assigns each parameter as it is: `set status = $1`. */
export function assignedColumns(text: string, plan: PlanNode): Map<number, Column> {
  const updated = nodesOf(plan).find(({ Operation }) => Operation === 'Update');
  const [, assignments = ''] = /\bset\s(.*?)(?:\bwhere\b|\bfrom\b|\breturning\b|$)/is.exec(text) ?? [];
  if (!updated?.['Relation Name']) return new Map();
  const { Schema: schema = 'public', 'Relation Name': table } = updated;
  const found = assignments.matchAll(new RegExp(String.raw`(?:^|,)\s*${NAME} = \$(\d+)(?=\s*(?:,|$))`, 'gi'));
  return new Map(
    [...found].map(([, column, parameter]) => [
      Number(parameter),
      { schema, table, column: unquoted(String(column)), isEqual: false },
    ]),
  );
}

/** (a.x, a.y) < ($1, $2): each parameter with the field at the same place. */
function fieldsOf(left: string, right: string): [parameter: string, alias: string, column: string][] {
  const values = right.split(', ');
  return left.split(', ').flatMap((field, place) => {
    const [, alias, column] = new RegExp(`^${FIELD}`).exec(field) ?? [];
    const [, parameter] = /^\(*\$(\d+)/.exec(values[place] ?? '') ?? [];
    return alias && column && parameter ? [[parameter, alias, column]] : [];
  });
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
