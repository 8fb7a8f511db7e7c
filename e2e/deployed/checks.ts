/** One promise of a deployment, and what came of looking at it. */
export interface Check {
  what: string;
  isRight: boolean;
  /** A figure, or what was wrong. */
  found: string;
}

export type Checks = ReturnType<typeof openChecks>;

/** A list of checks, each of which is told as it is made; all of them are a table in the end. */
export function openChecks(say: (line: string) => void) {
  const all: Check[] = [];

  return {
    /** Looks at one promise; the text that `work` answers is what was found. */
    async look(what: string, work: () => Promise<string | undefined>): Promise<void> {
      const began = performance.now();
      const check = await work().then(
        (found = '') => ({ what, isRight: true, found }),
        (error: Error) => ({ what, isRight: false, found: error.message }),
      );
      all.push(check);
      const seconds = ((performance.now() - began) / 1_000).toFixed(0);
      say(`${markOf(check)} ${what}  ${seconds} s  ${check.found}`.trimEnd());
    },

    add(checks: Check[]): void {
      all.push(...checks);
      for (const check of checks) say(`${markOf(check)} ${check.what}  ${check.found}`.trimEnd());
    },

    /** Says all of them as a table, for docs/deploy.md; answers the status with which to end. */
    report(): number {
      const wrong = all.filter(({ isRight }) => !isRight).length;
      say('\n| | | |\n|---|---|---|');
      for (const check of all) say(`| ${check.what} | ${check.found.split('\n')[0]} | ${markOf(check)} |`);
      say(wrong === 0 ? `\nAll ${all.length} hold.` : `\n${wrong} of ${all.length} do not hold.`);
      return wrong === 0 ? 0 : 1;
    },
  };
}

const markOf = ({ isRight }: Check) => (isRight ? '✔' : '✘');

/** A figure that keeps within its limit. Throws an Error where it does not. */
export function atMost(value: number, limit: number, unit: string): string {
  const figure = `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}`;
  if (!(value <= limit)) throw new Error(`${figure}, at most ${limit}`);
  return `${figure} (at most ${limit})`;
}
