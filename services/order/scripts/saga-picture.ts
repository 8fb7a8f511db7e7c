import { SAGA, type Status, TRIGGERS, type Transition } from '../src/saga.ts';

const STATUSES = Object.keys(SAGA) as Status[];

/** The saga as a Mermaid state diagram (https://mermaid.js.org/syntax/stateDiagram.html), without the triggers that change nothing. */
export function sagaPicture(): string {
  const arrows = STATUSES.flatMap((status) =>
    TRIGGERS.flatMap((trigger) => arrow(status, trigger, SAGA[status][trigger])),
  );
  return ['stateDiagram-v2', '  [*] --> placed : POST /v1/orders', ...arrows, ...ends()].join('\n');
}

function arrow(status: Status, trigger: string, transition: Transition): string[] {
  if (transition === 'compensate') return [`  ${status} --> ${status} : ${trigger} (compensate)`];
  if (transition === 'refunded') return [`  ${status} --> ${status} : ${trigger} (publishes order.refunded)`];
  if (typeof transition === 'string') return [];
  const reason = transition.reason ? ` (${transition.reason})` : '';
  return [`  ${status} --> ${transition.becomes} : ${trigger}${reason}`];
}

/** The statuses in which an order never changes again. */
function ends(): string[] {
  const isEnd = (status: Status) => TRIGGERS.every((trigger) => typeof SAGA[status][trigger] === 'string');
  return STATUSES.filter(isEnd).map((status) => `  ${status} --> [*]`);
}

/** The saga as a table: a line for each trigger, a column for each status. */
export function sagaTable(): string {
  const rows = TRIGGERS.map((trigger) => [
    trigger,
    ...STATUSES.map((status) => inWords(SAGA[status][trigger])),
  ]);
  const table = [['an order that is', ...STATUSES], ...rows];
  const widths = [...(table[0] as string[]).keys()].map(
    (column) => 2 + Math.max(...table.map((row) => (row[column] as string).length)),
  );
  const asLine = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] as number)).join('');
  return table.map((row) => asLine(row).trimEnd()).join('\n');
}

function inWords(transition: Transition): string {
  if (typeof transition === 'string') return transition;
  return [transition.becomes, transition.reason].filter(Boolean).join(', ');
}
