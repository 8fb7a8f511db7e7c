import { inspect, type ParseArgsConfig, parseArgs } from 'node:util';
import { Failure } from '../failure.ts';
import { printableLines, shortened } from '../text/printable.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given; allowPositionals: true }>>;

/**
 * Runs a command: `--help` prints its usage, an unknown option is named, and a Failure is printed as one sentence. The
 * exit status is that of `main`, or 1.
 */
export async function command<Given extends Options>(
  usage: string,
  options: Given,
  main: (given: Parsed<Given>) => Promise<number>,
): Promise<void> {
  process.exitCode = await run(usage, options, main).catch((error: unknown) => {
    console.error(error instanceof Failure ? error.message : shortened(printableLines(inspect(error))));
    return 1;
  });
}

async function run<Given extends Options>(
  usage: string,
  options: Given,
  main: (given: Parsed<Given>) => Promise<number>,
) {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage.trim());
    return 0;
  }
  return main(parse(usage, args, options));
}

function parse<Given extends Options>(usage: string, args: string[], options: Given): Parsed<Given> {
  try {
    return parseArgs({ args, options, allowPositionals: true }) as Parsed<Given>;
  } catch (error) {
    throw wrongUse(usage, (error as Error).message);
  }
}

/** A Failure for wrong arguments, with the usage. */
export function wrongUse(usage: string, complaint: string): Failure {
  return new Failure(`${complaint}\n\n${usage.trim()}`);
}
