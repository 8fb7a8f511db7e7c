import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/**
 * Reads a process's configuration from the environment (https://12factor.net/config). The value of any variable of
 * the schema may stand in a file instead: NAME_FILE is its path, as in Docker's official images. That is how a secret
 * reaches a container without being shown by whoever lists its environment.
 *
 * @throws Error that names each variable that is missing or wrong, or whose file cannot be read
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): z.output<Schema> {
  const names = Object.keys(schema.shape);
  const inFiles = names.filter((name) => env[`${name}_FILE`] !== undefined);
  const twice = inFiles.filter((name) => env[name] !== undefined);
  if (twice.length > 0) {
    throw new Error(
      `Set one of these, not both: ${twice.map((name) => `${name}, ${name}_FILE`).join('; ')}.`,
    );
  }
  const fromFiles = Object.fromEntries(inFiles.map((name) => [name, readSecret(`${name}_FILE`, env)]));
  const result = schema.safeParse({ ...env, ...fromFiles });
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
  throw new Error(`Set these variables of the environment: ${faults.join(', ')}.`);
}

/** Without the end of line that editors and `echo` leave. */
function readSecret(variable: string, env: NodeJS.ProcessEnv): string {
  const path = env[variable] as string;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const { code = 'it cannot be read' } = error as NodeJS.ErrnoException;
    throw new Error(`${variable} names a file that cannot be read: ${path} (${code}).`);
  }
}
