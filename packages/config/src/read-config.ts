import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/**
 * Reads the configuration of a process from the environment (https://12factor.net/config). A file may hold the value of
 * any variable of the schema: NAME_FILE is its path, as in Docker's official images. So a container gets a secret that a
 * listing of its environment does not show.
 *
 * @throws Error that names each variable that is missing or invalid, or whose file cannot be read
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): z.output<Schema> {
  const names = Object.keys(schema.shape);
  const inFiles = names.filter((name) => env[`${name}_FILE`] !== undefined);
  const duplicates = inFiles.filter((name) => env[name] !== undefined);
  if (duplicates.length > 0) {
    throw new Error(
      `Set one of these, not both: ${duplicates.map((name) => `${name}, ${name}_FILE`).join('; ')}.`,
    );
  }
  const fromFiles = Object.fromEntries(inFiles.map((name) => [name, readSecret(`${name}_FILE`, env)]));
  const result = schema.safeParse({ ...env, ...fromFiles });
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
  throw new Error(`Set these variables of the environment: ${errors.join(', ')}.`);
}

/** Editors and `echo` write an end of line, which is no part of the secret. */
function readSecret(variable: string, env: NodeJS.ProcessEnv): string {
  const path = env[variable] as string;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const { code = 'it cannot be read' } = error as NodeJS.ErrnoException;
    throw new Error(`${variable} names a file that cannot be read: ${path} (${code}).`);
  }
}
