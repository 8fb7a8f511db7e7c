import type { Workload } from '../service-part.ts';

const DOMAIN = '@canary.example';
const REFUSED_EACH = 4;

/** Customers with an address, and without. */
export const workload: Workload = {
  secrets: { 'an e-mail address': DOMAIN },

  prepareCustomer(who, number, { services }) {
    const email = addressOf(number);
    if (!email) return undefined;
    return { who, method: 'PUT', url: services.notification.url, path: '/v1/contacts/me', body: { email } };
  },
};

/**
 * The first customer has no address, and every fourth one has an address that the mailbox refuses (external/mailbox). The
 * refusal repeats the address, which no service may pass on either.
 */
function addressOf(number: number): string | undefined {
  if (number === 0) return undefined;
  const name = number % REFUSED_EACH === 0 ? 'refused+' : 'customer-';
  return `${name}${number}${DOMAIN}`;
}
