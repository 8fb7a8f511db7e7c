/** What clients hand over and nobody may pass on: planted by the workload, and looked for in everything that is written. */
export const SECRETS = {
  'the card number': '4111111111111111',
  'an e-mail address': '@canary.example',
};

/**
 * The addresses of customers, by their numbers: the first customer has none, and every fourth one has an address that
 * the mailbox refuses (external/mailbox). Its refusal repeats the address, which nothing of ours may pass on either.
 */
export function addressOf(number: number): string | undefined {
  if (number === 0) return undefined;
  const name = number % REFUSED_EACH === 0 ? 'refused+' : 'customer-';
  return `${name}${number}${SECRETS['an e-mail address']}`;
}

const REFUSED_EACH = 4;
