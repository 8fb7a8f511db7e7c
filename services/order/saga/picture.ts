import { HAPPENINGS, type Move, SAGA, type Status } from '../src/order.ts';

const STATUSES = Object.keys(SAGA) as Status[];

/** The saga as a Mermaid state diagram (https://mermaid.js.org/syntax/stateDiagram.html), without what changes nothing. */
export function sagaPicture(): string {
  const arrows = STATUSES.flatMap((status) =>
    HAPPENINGS.flatMap((happening) => arrow(status, happening, SAGA[status][happening])),
  );
  return ['stateDiagram-v2', '  [*] --> placed : POST /v1/orders', ...arrows, ...ends()].join('\n');
}

function arrow(status: Status, happening: string, move: Move): string[] {
  if (move === 'compensate') return [`  ${status} --> ${status} : ${happening} (compensate)`];
  if (move === 'refunded') return [`  ${status} --> ${status} : ${happening} (says order.refunded)`];
  if (typeof move === 'string') return [];
  const reason = move.reason ? ` (${move.reason})` : '';
  return [`  ${status} --> ${move.becomes} : ${happening}${reason}`];
}

/** What never becomes anything else. */
function ends(): string[] {
  const isEnd = (status: Status) =>
    HAPPENINGS.every((happening) => typeof SAGA[status][happening] === 'string');
  return STATUSES.filter(isEnd).map((status) => `  ${status} --> [*]`);
}

/** The saga as a table: a line for each happening, a column for each status, every pair filled. */
export function sagaTable(): string {
  const rows = HAPPENINGS.map((happening) => [
    happening,
    ...STATUSES.map((status) => inWords(SAGA[status][happening])),
  ]);
  const table = [['an order that is', ...STATUSES], ...rows];
  const widths = [...(table[0] as string[]).keys()].map(
    (column) => 2 + Math.max(...table.map((row) => (row[column] as string).length)),
  );
  const asLine = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] as number)).join('');
  return table.map((row) => asLine(row).trimEnd()).join('\n');
}

function inWords(move: Move): string {
  if (typeof move === 'string') return move;
  return [move.becomes, move.reason].filter(Boolean).join(', ');
}
