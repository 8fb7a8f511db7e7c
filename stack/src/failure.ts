import { printableLines, shortened } from './text/printable.ts';

/** An error that the user can fix: its message is one sentence, shown without a stack trace, whatever it quotes. */
export class Failure extends Error {
  override name = 'Failure';

  constructor(message: string) {
    super(shortened(printableLines(message)));
  }
}

export type Print = (line: string) => void;

/** The short reason inside an error of Node's or of a library's. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof Failure || !code ? error.message : code;
}
