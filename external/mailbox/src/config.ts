export type Config = { host: string; port: number; smtpPort: number; file: string };

/** Reads the environment; throws an error whose message names the variable that is missing or wrong. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { HOST = '127.0.0.1', MAILBOX_PORT = '3103', MAILBOX_SMTP_PORT = '3125', MAILBOX_FILE } = env;
  if (!MAILBOX_FILE) {
    throw new Error('MAILBOX_FILE is not set: it names the file that the mail is kept in.');
  }
  return {
    host: HOST,
    port: readPort('MAILBOX_PORT', MAILBOX_PORT),
    smtpPort: readPort('MAILBOX_SMTP_PORT', MAILBOX_SMTP_PORT),
    file: MAILBOX_FILE,
  };
}

function readPort(variable: string, value: string) {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535) throw new Error(`${variable} is no port: ${value}`);
  return port;
}

/** One sentence for whoever started the process, about an error that kept it from starting. */
export function explain(error: unknown): string {
  const { code, message, path } = error as NodeJS.ErrnoException;
  const { port, variable } = error as { port?: number; variable?: string };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken: set ${variable} to another one, or to 0 for any free one.`;
  }
  return path === undefined ? message : `MAILBOX_FILE cannot be used: ${message}`;
}
