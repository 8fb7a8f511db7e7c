import { z } from 'zod';

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'is not a port')
  .transform(Number);

/** The environment of this stand-in. */
export const Environment = z.object({
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  PAYMENT_PROVIDER_PORT: port
    .default(3101)
    .describe('where the payment provider listens; 0 asks for a free port'),
  PAYMENT_PROVIDER_FILE: z.string('is not set').min(1, 'is not set').describe('the file of the ledger'),
});

/** Reads the environment; throws an error whose message names the variable that is missing or wrong. */
export function readConfig(env: NodeJS.ProcessEnv) {
  const { data, error } = Environment.safeParse(env);
  if (error) throw new Error(error.issues.map(({ path, message }) => `${path.join()} ${message}`).join(', '));
  return { host: data.HOST, port: data.PAYMENT_PROVIDER_PORT, file: data.PAYMENT_PROVIDER_FILE };
}

/** One sentence about an error that prevented the start. */
export function explain(error: unknown): string {
  const { code, message, path, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken: set PAYMENT_PROVIDER_PORT to another one, or to 0 for any free one.`;
  }
  return path === undefined ? message : `PAYMENT_PROVIDER_FILE cannot be used: ${message}`;
}
