/** The words of the shop, as they stand alone or in the name of a field or an event. */
const SHOP = new RegExp(
  String.raw`\b(${[
    'inventory|payment|notification',
    'skus?|products?|payments?|stock|refunds?|refunded|customers?|customerId|orderId',
    'priceCents|totalCents|paymentToken|orders',
    String.raw`order\.(placed|reserved|confirmed|cancelled|refunded)`,
  ].join('|')})\b`,
);

/** Files that may use them, each for a reason. */
const ALLOWED: [file: RegExp, reason: string][] = [
  [/^packages\/(contracts|money)\//, 'the contracts of the shop, and its money'],
  [/^packages\/project\/project\.json$/, 'the secrets of the project'],
  [/^stack\/src\/topology\.ts$/, 'the one list of the services'],
  [/^stack\/src\/containers\/running\.json$/, 'a test compares it with the topology'],
  [/^stack\/src\/commands\/token\.ts$/, 'the option --customer, and an example of a scope'],
  [/^stack\/.*\.test\.ts$/, 'any names serve in tests of the output of commands'],
  [/^monitoring\/src\/domain\//, 'what the shop adds to objectives, alerts and dashboards'],
  [/^testing\/src\/checks\//, 'the checks themselves, and their examples'],
  [/^testing\/src\/call\.ts$/, 'an example'],
];

/** Folders that a project keeps when it replaces the shop. */
export const KEPT = /^((packages|stack|testing)\/.*\.(ts|json|sql)|monitoring\/src\/.*\.ts)$/;

/**
 * Finds words of the shop in a file that knows no shop.
 *
 * @returns a line for each: `file:line  word`
 */
export function shopWords(file: string, text: string): string[] {
  if (ALLOWED.some(([allowed]) => allowed.test(file))) return [];
  return text.split('\n').flatMap((line, index) => {
    const match = SHOP.exec(line);
    return match ? [`${file}:${index + 1}  ${match[0]}`] : [];
  });
}
