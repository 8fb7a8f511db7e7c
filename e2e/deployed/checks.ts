/** One promise of a deployment, and the result of checking it. */
export interface Check {
  what: string;
  isRight: boolean;
  /** A figure, or the fault. */
  found: string;
}

export type Checks = ReturnType<typeof openChecks>;

/** A list of checks. Each is printed when it is done; in the end, all of them are printed as a table. */
export function openChecks(print: (line: string) => void) {
  const all: Check[] = [];

  return {
    /** Checks one promise; `work` returns a figure. */
    async run(what: string, work: () => Promise<string | undefined>): Promise<void> {
      const began = performance.now();
      const check = await work().then(
        (found = '') => ({ what, isRight: true, found }),
        (error: Error) => ({ what, isRight: false, found: error.message }),
      );
      all.push(check);
      const seconds = ((performance.now() - began) / 1_000).toFixed(0);
      print(`${markOf(check)} ${what}  ${seconds} s  ${check.found}`.trimEnd());
    },

    add(checks: Check[]): void {
      all.push(...checks);
      for (const check of checks) print(`${markOf(check)} ${check.what}  ${check.found}`.trimEnd());
    },

    /** Prints all of them as a table, for docs/deploy.md. Returns the exit status. */
    report(): number {
      const wrong = all.filter(({ isRight }) => !isRight).length;
      print('\n| | | |\n|---|---|---|');
      for (const check of all) print(`| ${check.what} | ${check.found.split('\n')[0]} | ${markOf(check)} |`);
      print(wrong === 0 ? `\nAll ${all.length} hold.` : `\n${wrong} of ${all.length} do not hold.`);
      return wrong === 0 ? 0 : 1;
    },
  };
}

const markOf = ({ isRight }: Check) => (isRight ? '✔' : '✘');

/** A figure with its limit. Throws an Error when it is above it. */
export function atMost(value: number, limit: number, unit: string): string {
  const figure = `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}`;
  if (!(value <= limit)) throw new Error(`${figure}, at most ${limit}`);
  return `${figure} (at most ${limit})`;
}
