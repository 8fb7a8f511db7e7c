import type { Processes } from './processes.ts';

const WORD = String.raw`[A-Za-z][\w-]*`;
const ALTERNATIVES = new RegExp(`${WORD}(?:\\|${WORD})+`, 'g');
const SENTENCE = new RegExp(`((?:${WORD}, )+)(${WORD}) and (${WORD})`, 'g');

/** Removes names from lists: `[order, payment]`, `order|payment`, and `order, payment and inventory` in a sentence. */
export function withoutListItems(
  text: string,
  { isRemoved }: Processes,
  { quotedOnly = false } = {},
): string {
  const isGone = (item: string) =>
    isRemoved(item.trim().replace(/^(['"])(.*)\1$/, '$2')) && (!quotedOnly || /^\s*'/.test(item));
  return text
    .replaceAll(
      /\[([^[\]{}]*)\]/g,
      (list, items: string) => `[${withoutItems(items, isGone) ?? list.slice(1, -1)}]`,
    )
    .replaceAll(ALTERNATIVES, (list) => {
      const kept = list.split('|').filter((word) => !isRemoved(word));
      return kept.length > 0 ? kept.join('|') : list;
    })
    .replaceAll(SENTENCE, (list, first: string, second: string, third: string) => {
      const words = [...first.split(', ').filter(Boolean), second, third];
      const kept = words.filter((word) => !isRemoved(word.toLowerCase()));
      return kept.length === words.length || kept.length === 0 ? list : inSentence(kept, list);
    })
    .replaceAll(
      /(?:, (the [a-z -]+))? and the ([a-z-]+)(?: \([^)\n]*\))?(?=[.,:])/g,
      (end, before, name: string) => {
        if (!isRemoved(name)) return end;
        return before ? ` and ${before}` : '';
      },
    );
}

/** The items that stay, as they were written; undefined if all of them do. */
function withoutItems(items: string, isGone: (item: string) => boolean): string | undefined {
  const found = items.split(',');
  const kept = found.filter((item) => !isGone(item));
  if (kept.length === found.length) return undefined;
  const [first = '', ...rest] = kept;
  return [items.startsWith('\n') ? first : first.trimStart(), ...rest].join(',');
}

function inSentence(words: string[], like: string): string {
  const last = words.at(-1) as string;
  const text = words.length === 1 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
  return /^[A-Z]/.test(like) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Removes variables from a mapping in one line: `{ GATEWAY_PORT: 8080, MAILBOX_PORT: 3103 }`. */
export function withoutVariables(text: string, { isRemoved }: Processes): string {
  return text.replaceAll(
    /,\s*([A-Z][A-Z0-9_]+):\s*(?:'[^'\n]*'|[^,}\n']+?)(?=\s*[,}])/g,
    (entry, name: string) => (isRemoved(name) ? '' : entry),
  );
}

/** Removes addresses from a list with spaces: `order:3001 mailbox:3103`. */
export function withoutAddresses(text: string, { isRemoved }: Processes): string {
  return text
    .replaceAll(/ ([a-z][a-z-]*):\d+/g, (address, name: string) => (isRemoved(name) ? '' : address))
    .replaceAll(/(['`])([a-z][a-z-]*):\d+ /g, (address, quote: string, name: string) =>
      isRemoved(name) ? quote : address,
    );
}
