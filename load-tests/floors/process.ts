/** Reads variables of the environment that must be there. */
export function environment<Name extends string>(...names: Name[]): Record<Name, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`Set ${missing.join(', ')}.`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}

/** Tells whoever started this process that it is ready, and where it listens. It ends when they do. */
export function reportReady(url: string): void {
  process.send?.({ url });
  process.on('disconnect', () => process.exit());
}
