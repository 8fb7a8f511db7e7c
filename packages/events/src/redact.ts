/** What a secret looks like where no field name tells: payment tokens, bearer tokens, addresses, card numbers. */
const SECRETS = [
  /\btok_\w+/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /[^\s"'<>()@,;:]+@[^\s"'<>()@,;:]+\.[^\s"'<>()@,;:]+/g,
  /(?<![\w-])(?:\d{13,19}|\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7})(?![\w-])/g,
];

/** A text without the secrets that it may hold, to be shown to a person or kept beside an error. */
export function redact(text: string): string {
  return SECRETS.reduce((rest, secret) => rest.replace(secret, '[redacted]'), text);
}
