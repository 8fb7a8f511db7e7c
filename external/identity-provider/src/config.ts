export type Config = { host: string; port: number; file: string; issuer?: string | undefined };

/** Reads the environment; throws an error whose message names the variable that is missing or wrong. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { HOST = '127.0.0.1', IDENTITY_PROVIDER_PORT = '3102', IDENTITY_PROVIDER_FILE } = env;
  const { IDENTITY_PROVIDER_ISSUER: issuer } = env;
  if (!/^\d{1,5}$/.test(IDENTITY_PROVIDER_PORT) || Number(IDENTITY_PROVIDER_PORT) > 65_535) {
    throw new Error(`IDENTITY_PROVIDER_PORT is no port: ${IDENTITY_PROVIDER_PORT}`);
  }
  if (!IDENTITY_PROVIDER_FILE) {
    throw new Error(
      'IDENTITY_PROVIDER_FILE is not set: it names the file that the signing keys are kept in.',
    );
  }
  if (issuer !== undefined && !URL.canParse(issuer)) {
    throw new Error('IDENTITY_PROVIDER_ISSUER is no URL: it is where others find this provider.');
  }
  return { host: HOST, port: Number(IDENTITY_PROVIDER_PORT), file: IDENTITY_PROVIDER_FILE, issuer };
}

/** One sentence for whoever started the process, about an error that kept it from starting. */
export function explain(error: unknown): string {
  const { code, message, path, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken: set IDENTITY_PROVIDER_PORT to another one, or to 0 for any free one.`;
  }
  return path === undefined ? message : `IDENTITY_PROVIDER_FILE cannot be used: ${message}`;
}
