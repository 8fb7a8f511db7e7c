/** One promise of a deployment, and what came of looking at it. */
export interface Check {
  what: string;
  isRight: boolean;
  /** A figure, or what was wrong. */
  found: string;
}

/** Looks at one promise, and says at once how it stands; the text that `work` answers is what was found. */
export async function runCheck(
  what: string,
  work: () => Promise<unknown>,
  say: (line: string) => void,
): Promise<Check> {
  const began = performance.now();
  const check = await work().then(
    (found) => ({ what, isRight: true, found: typeof found === 'string' ? found : '' }),
    (error: Error) => ({ what, isRight: false, found: error.message }),
  );
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  say(`${markOf(check)} ${what}  ${seconds} s  ${check.found}`.trimEnd());
  return check;
}

const markOf = ({ isRight }: Check) => (isRight ? '✔' : '✘');

/** All of them as a table, for a closing note and for docs/deploy.md. */
export function reportLines(checks: Check[]): string[] {
  const wrong = checks.filter(({ isRight }) => !isRight).length;
  return [
    '',
    '| | | |',
    '|---|---|---|',
    ...checks.map((check) => `| ${check.what} | ${check.found.split('\n')[0]} | ${markOf(check)} |`),
    '',
    wrong === 0 ? `All ${checks.length} hold.` : `${wrong} of ${checks.length} do not hold.`,
  ];
}
