/** The context of every measurement: where it prints its progress, and the signal that aborts it. */
export interface RunContext {
  print: (line: string) => void;
  signal: AbortSignal;
}
