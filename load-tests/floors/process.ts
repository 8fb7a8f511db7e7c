/** Reads required environment variables. */
export function environment<Name extends string>(...names: Name[]): Record<Name, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`Set ${missing.join(', ')}.`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}

/** Reports to the parent process that this one is ready, and its URL. It exits when its parent exits. */
export function reportReady(url: string): void {
  process.send?.({ url });
  process.on('disconnect', () => process.exit());
}
