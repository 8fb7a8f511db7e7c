/** What every measurement is given: whom to tell how it goes, and what ends it. */
export interface RunContext {
  print: (line: string) => void;
  signal: AbortSignal;
}
