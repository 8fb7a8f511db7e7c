import project from '@repo/project' with { type: 'json' };

const LOCAL = String.raw`\w.!#$%&'*+/=?^\x60{|}~\x80-\uffff-`;
const DOMAIN = String.raw`\[[^\]\s]{1,64}\]|[\w.\x80-\uffff-]+`;

/** An e-mail address, in a URL also with %40. A match begins only at the start of a run of such characters, so it is linear. */
const ADDRESS = new RegExp(`(?<![${LOCAL}])([${LOCAL}]+)(?:@|%40)(?:${DOMAIN})`, 'g');
const QUOTED_ADDRESS = new RegExp(String.raw`\\?"[^"@\n]{1,64}"@(?:${DOMAIN})`, 'g');

/** Fields whose values are secret: in every project, and in this one by `project.json`, which no process can forget. */
export const SECRET_FIELDS: string[] = ['authorization', 'password', 'token', ...project.secrets.fields];

/** Secrets that no field name marks. Each pattern is linear in the length of the text. */
const SECRETS = [
  ...project.secrets.prefixes.map((prefix: string) => new RegExp(`\\b${RegExp.escape(prefix)}\\w+`, 'g')),
  // A JSON Web Token, any other bearer token, and a user with a password in base64.
  /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /(?<=\bBearer\s)[^\s"']+/gi,
  /(?<=\bBasic\s)[\w+/]{6,}={0,2}/gi,
  // In URLs: a user with a password, and parameters whose names mark a secret.
  /(?<=:\/\/)[^\s/@"'<>]{1,512}(?=@)/g,
  /(?<=[?&](?:\w*token|\w*key|\w*secret|password|code|sig|signature)=)[^&\s"'#]+/gi,
  QUOTED_ADDRESS,
];

const CARD = /(?<![\w-])(?:\d{13,19}|\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7})(?![\w-])/g;

/** A stack frame names a file, in whose path a folder such as `pg@8.23.1` looks like an address. */
const STACK_FRAME = /^\s+at (?:[^@]{1,200} \()?(?:file:|node:|\/|[A-Za-z]:\\)\S{1,1000}:\d+:\d+\)?$/;

const NAMED = String.raw`("(?:${SECRET_FIELDS.map(RegExp.escape).join('|')})"\s*:\s*)`;
/** A secret field in JSON, with a value that is a text (its end may be missing), a number or a word. */
const SECRET_FIELD = new RegExp(String.raw`${NAMED}(?:"[^"\\]*(?:\\.[^"\\]*)*"?|[^\s"{}[\],]+)`, 'gis');
/** A secret field whose value is an object or a list, with the rest of the text. */
const SECRET_FIELD_OF_PARTS = new RegExp(String.raw`${NAMED}[{[].*`, 'is');

/** A word, a UUID or a trace id: most of what is logged. None of the patterns matches it, but a prefix may. */
const HARMLESS = /^(?:[A-Za-z-]{1,64}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32})$/;

export const CENSOR = '[redacted]';

/**
 * Removes the secrets from a text (tokens, credentials, card numbers, addresses) before it is shown, logged or exported.
 * Stack frames stay unchanged. Takes time linear in the length.
 */
export function redact(text: string): string {
  if (HARMLESS.test(text) && !project.secrets.prefixes.some((prefix) => text.includes(prefix))) return text;
  const withoutFields = text
    .replace(SECRET_FIELD, `$1"${CENSOR}"`)
    .replace(SECRET_FIELD_OF_PARTS, `$1"${CENSOR}"…`);
  if (!withoutFields.includes('\n')) return redactLine(withoutFields);
  return withoutFields
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

/** `'@repo/http'` and `node_modules/@repo/http` are no addresses. */
function isPackageScope(local: string): boolean {
  return /^['/]+$|\/$/.test(local);
}
