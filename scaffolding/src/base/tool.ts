import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ParseArgsConfig, parseArgs } from 'node:util';
import { command, Failure } from '@repo/stack';
import { type Change, openChange } from './change.ts';
import type { Script } from './generators.ts';
import { lock } from './lock.ts';
import { changedFiles, refuseDirtyTree, repository } from './work-tree.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given; allowPositionals: true }>>;

/** The outcome of a plan: the change itself is collected in its Change. */
export interface Plan {
  /** One sentence: the change that was made. */
  summary: string;
  /** Scripts of ours that write further files, once the dependencies are installed. */
  generate?: Script[];
  /** The commands to try next, and what for. */
  next: [command: string, purpose: string][];
}

/**
 * Runs one of the tools that change the repository. `plan` collects the change; `--dry-run` shows it. Otherwise it is
 * written, the dependencies are locked where a package.json changed, and the files are formatted. Nothing is committed.
 */
export async function tool<Given extends Options>(
  usage: string,
  options: Given,
  plan: (given: Parsed<Given>, change: Change) => Promise<Plan> | Plan,
): Promise<void> {
  await command(usage, { ...options, 'dry-run': { type: 'boolean' } }, async (given) => {
    const isDryRun = 'dry-run' in given.values;
    if (!isDryRun) refuseDirtyTree(repository);
    const change = openChange(repository);
    const { summary, generate = [], next } = await plan(given as Parsed<Given>, change);
    console.log(change.lines().join('\n'));
    if (isDryRun) {
      console.log('\nNothing was written: this is a dry run.');
      return 0;
    }
    change.write();
    const hasOtherPackages = change
      .lines()
      .some((line) => /(package\.json|pnpm-workspace\.yaml)$/.test(line));
    if (hasOtherPackages) lock(repository);
    for (const script of generate) runScript(script);
    format(changedFiles(repository));
    console.log(`\n${summary}\n\n${nextSteps(next).join('\n')}`);
    return 0;
  });
}

function runScript({ file, env = {} }: Script): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, file)], {
    cwd: repository,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Failure(`The files are written, but ${file} failed:\n${stdout}${stderr}`);
}

function format(paths: string[]): void {
  const biome = join(repository, 'node_modules/.bin/biome');
  const flags = ['check', '--linter-enabled=false', '--no-errors-on-unmatched', '--write'];
  const { status, stderr } = spawnSync(biome, [...flags, ...paths], { cwd: repository, encoding: 'utf8' });
  if (status !== 0) throw new Failure(`The files are written, but biome could not format them:\n${stderr}`);
}

function nextSteps(next: Plan['next']): string[] {
  const steps = [...next, ['git add --all && git commit', 'keeps the change as one commit'] as const];
  const width = Math.max(...steps.map(([typed]) => typed.length));
  return steps.map(([typed, purpose]) => `  ${typed.padEnd(width)}  ${purpose}`);
}
