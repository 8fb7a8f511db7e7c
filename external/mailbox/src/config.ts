import { z } from 'zod';

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'is not a port')
  .transform(Number);

/** The environment of this stand-in. */
export const Environment = z.object({
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  MAILBOX_PORT: port.default(3103).describe('where the mailbox shows its mail; 0 asks for a free port'),
  MAILBOX_SMTP_PORT: port.default(3125).describe('where the mailbox accepts mail; 0 asks for a free port'),
  MAILBOX_FILE: z.string('is not set').min(1, 'is not set').describe('the file of the mail'),
});

export type Config = ReturnType<typeof readConfig>;

/** Reads the environment; throws an error whose message names the variable that is missing or wrong. */
export function readConfig(env: NodeJS.ProcessEnv) {
  const { data, error } = Environment.safeParse(env);
  if (error) throw new Error(error.issues.map(({ path, message }) => `${path.join()} ${message}`).join(', '));
  return {
    host: data.HOST,
    port: data.MAILBOX_PORT,
    smtpPort: data.MAILBOX_SMTP_PORT,
    file: data.MAILBOX_FILE,
  };
}

/** One sentence about an error that prevented the start. */
export function explain(error: unknown): string {
  const { code, message, path } = error as NodeJS.ErrnoException;
  const { port, variable } = error as { port?: number; variable?: string };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken: set ${variable} to another one, or to 0 for any free one.`;
  }
  return path === undefined ? message : `MAILBOX_FILE cannot be used: ${message}`;
}
