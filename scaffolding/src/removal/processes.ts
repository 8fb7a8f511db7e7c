/** The processes of the system, of which some are removed. */
export interface Processes {
  removed: readonly string[];
  /** Whether a word, such as `order-migrate` or `MAILBOX_PORT`, belongs to a removed process. */
  isRemoved(word: string | undefined): boolean;
  /** Whether a text names removed processes, and no others. */
  namesOnlyRemoved(text: string): boolean;
}

/**
 * `payment-provider` belongs to the process of that name, not to `payment`: the longest name wins. `example-gateway` is a
 * gateway.
 */
export function processesOf(all: readonly string[], removed: readonly string[]): Processes {
  const longestFirst = [...all].sort((one, other) => other.length - one.length);
  const ownerOf = (word: string) => {
    const kebab = /^[A-Z][A-Z0-9_]*$/.test(word) ? word.toLowerCase().replaceAll('_', '-') : word;
    const owner = longestFirst.find(
      (name) => kebab === name || kebab.startsWith(`${name}-`) || kebab.startsWith(`${name}_`),
    );
    return longestFirst.find((name) => kebab === `${owner}-${name}`) ?? owner;
  };
  return {
    removed,
    isRemoved: (word = '') => removed.includes(ownerOf(word) ?? ''),
    namesOnlyRemoved(text) {
      const found = (text.match(/[A-Za-z][\w-]*/g) ?? []).flatMap((word) => ownerOf(word) ?? []);
      return found.length > 0 && found.every((name) => removed.includes(name));
    },
  };
}
