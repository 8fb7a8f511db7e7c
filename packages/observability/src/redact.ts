const LOCAL = String.raw`\w.!#$%&'*+/=?^\x60{|}~\x80-\uffff-`;
const DOMAIN = String.raw`\[[^\]\s]{1,64}\]|[\w.\x80-\uffff-]+`;

/** An e-mail address, in a URL also with %40. A match begins only where a run of letters begins: so it is linear. */
const ADDRESS = new RegExp(`(?<![${LOCAL}])([${LOCAL}]+)(?:@|%40)(?:${DOMAIN})`, 'g');
const QUOTED_ADDRESS = new RegExp(String.raw`\\?"[^"@\n]{1,64}"@(?:${DOMAIN})`, 'g');

/** What else a secret looks like where no field name tells. Each pattern is linear in the length of the text. */
const SECRETS = [
  /\btok_\w+/g,
  // A JSON Web Token, and whatever else is sent as a bearer token.
  /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /(?<=\bBearer\s)[^\s"']+/gi,
  // In URLs: a user with a password, and parameters that are named for a secret.
  /(?<=:\/\/)[^\s/@"'<>]{1,512}(?=@)/g,
  /(?<=[?&](?:\w*token|\w*key|\w*secret|password|code|sig|signature)=)[^&\s"'#]+/gi,
  QUOTED_ADDRESS,
];

const CARD = /(?<![\w-])(?:\d{13,19}|\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7})(?![\w-])/g;

/** Names a function and a file, of which a folder such as `pg@8.23.1` looks like an address. */
const STACK_FRAME = /^\s+at (?:[^@]{1,200} \()?(?:file:|node:|\/|[A-Za-z]:\\)\S{1,1000}:\d+:\d+\)?$/;

/** A field of JSON by that name, with a value that is a text (its end may be missing), a number or a word. */
const PAYMENT_TOKEN = /("paymentToken"\s*:\s*)(?:"[^"\\]*(?:\\.[^"\\]*)*"?|[^\s"{}[\],]+)/gs;
/** Of an object or a list with all that follows it. */
const PAYMENT_TOKEN_OF_PARTS = /("paymentToken"\s*:\s*)[{[].*/s;

/** A word, a UUID or the id of a trace: none of the patterns matches these, which most of what is logged consists of. */
const HARMLESS = /^(?:[A-Za-z-]{1,64}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32})$/;

const CENSOR = '[redacted]';

/**
 * A text without the secrets that it may hold (payment tokens, bearer tokens, credentials, card numbers, addresses), to
 * be shown to a person, logged or exported. The frames of a stack are left as they are. Takes time linear in the length.
 */
export function redact(text: string): string {
  if (HARMLESS.test(text)) return text;
  const withoutTokens = text
    .replace(PAYMENT_TOKEN, `$1"${CENSOR}"`)
    .replace(PAYMENT_TOKEN_OF_PARTS, `$1"${CENSOR}"…`);
  if (!withoutTokens.includes('\n')) return redactLine(withoutTokens);
  return withoutTokens
    .split('\n')
    .map((line) => (STACK_FRAME.test(line) ? line : redactLine(line)))
    .join('\n');
}

function redactLine(line: string): string {
  return SECRETS.reduce((rest, secret) => rest.replace(secret, CENSOR), line)
    .replace(CARD, (digits) => (hasCheckDigit(digits) ? CENSOR : digits))
    .replace(ADDRESS, (found, local: string) => (isPackageScope(local) ? found : CENSOR));
}

/** A card number ends with a check digit (ISO/IEC 7812-1, annex B); nine of ten other numbers do not. */
function hasCheckDigit(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, place) => {
    const weighted = place % 2 === 0 ? digit : digit * 2;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return sum % 10 === 0;
}

/** As in `'@repo/http'` or `node_modules/@repo/http`. */
function isPackageScope(local: string): boolean {
  return /^['/]+$|\/$/.test(local);
}
