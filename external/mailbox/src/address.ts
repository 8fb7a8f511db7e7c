import punycode from 'punycode.js';

/** Local parts without a mailbox: `refused`, alone or followed by `+` or `.` and any text. */
const REFUSED = /^refused(?:[+.].*)?$/i;

/** Whether this address has a mailbox. The others let a sender see a permanent refusal of the real protocol. */
export function hasMailbox(address: string): boolean {
  return !REFUSED.test(partsOf(address).local);
}

/**
 * An address as people write it. SMTP quotes a local part that is not a dot-atom (RFC 5321, section 4.1.2), and both
 * forms name the same mailbox: `"a..b"@example.com` is `a..b@example.com`. smtp-server has decoded the domain from
 * punycode, so it is encoded again.
 */
export function plainAddress(address: string): string {
  const { local, domain } = partsOf(address);
  return domain === undefined ? local : `${local}@${punycode.toASCII(domain)}`;
}

/** `postmaster` alone has no domain (RFC 5321, section 4.1.1.3). */
function partsOf(address: string): { local: string; domain?: string } {
  const at = address.lastIndexOf('@');
  if (at < 0) return { local: address };
  return { local: unquote(address.slice(0, at)), domain: address.slice(at + 1) };
}

function unquote(local: string): string {
  const [, quoted] = /^"(.*)"$/.exec(local) ?? [];
  return quoted === undefined ? local : quoted.replace(/\\(.)/g, '$1');
}
