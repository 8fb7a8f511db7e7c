import type { Figures } from './figures.ts';

/** A value; null where there is no data. It may be beyond its objective. */
type Value = number | string | null;
export type Cell = Value | { value: Value; isBeyond: boolean };

/** The format of a column; values are in seconds, bytes, and shares of one processor. */
export type Format = 'count' | 'rate' | 'seconds' | 'bytes' | 'share' | 'text';
export type Column = { id: string; title: string; format: Format };

export type Row = {
  /** Under which JSON has it too. */
  name: string;
  /** By the id of the column. A cell that is left out stays empty. */
  cells: Record<string, Cell>;
  /** Whether only JSON has it. */
  isHidden?: boolean;
};

/** A table of the screen, and an object in the JSON, by its id. */
export type Panel = { id: string; title: string; columns: Column[]; rows: (figures: Figures) => Row[] };

/** A cell that is beyond its objective above a limit. */
export const limited = (value: number | null, limit: number): Cell => ({
  value,
  isBeyond: value !== null && value > limit,
});

export function shownValue(cell: Cell): Value {
  return typeof cell === 'object' && cell !== null ? cell.value : cell;
}

export function isBeyond(cell: Cell | undefined): boolean {
  return typeof cell === 'object' && cell !== null && cell.isBeyond;
}
