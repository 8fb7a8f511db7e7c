/** The facts of a mail server's reply, or of a fault. They leave out all text, since it often repeats the address. */
export interface MailFacts {
  /** nodemailer's code, or the system's: EENVELOPE, ECONNREFUSED. */
  code?: string | undefined;
  /** The SMTP command of the reply, or nodemailer's name for its own step: RCPT TO, CONN, API. */
  command?: string | undefined;
  /** RFC 5321, section 4.2: 550. */
  responseCode?: number | undefined;
  /** RFC 3463: 5.1.1. */
  enhancedStatus?: string | undefined;
}

/** A mail was not sent, or its outcome is unknown. The error has no `cause`: nodemailer's error holds the address. */
export class MailError extends Error {
  override name = 'MailError';
  readonly code: string | undefined;
  readonly command: string | undefined;
  readonly responseCode: number | undefined;
  readonly enhancedStatus: string | undefined;

  constructor({ code, command, responseCode, enhancedStatus }: MailFacts) {
    const facts = [code, command, responseCode, enhancedStatus].filter((fact) => fact !== undefined);
    super(`The mail server did not accept the mail: ${facts.join(', ') || 'unknown'}.`);
    this.code = code;
    this.command = command;
    this.responseCode = responseCode;
    this.enhancedStatus = enhancedStatus;
  }
}

/** Reads the facts off an error of nodemailer. Every fact must have its own form, so that no text passes. */
export function mailFactsOf(error: unknown): MailFacts {
  const { code, originalCode, command, responseCode, response, name } = Object(error) as Record<
    string,
    unknown
  >;
  return {
    code: matching(originalCode ?? code ?? name, /^[A-Za-z][A-Za-z0-9_]{0,39}$/),
    command: matching(command, /^[A-Z][A-Z0-9-]{0,19}(?: [A-Z0-9-]{1,20})?$/),
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    // The status is between the reply code and the text (RFC 2034, section 4).
    enhancedStatus: /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/.exec(String(response))?.[1],
  };
}

function matching(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** Replies to RCPT TO about the session: bad sequence (RFC 5321), login or TLS required (RFC 4954, RFC 3207). */
const ABOUT_THE_SESSION = [503, 530, 534, 535, 538];
/** Statuses about the sender's address, which some servers return to RCPT TO (RFC 3463, section 3.2). */
const ABOUT_THE_SENDER = ['5.1.7', '5.1.8'];

/**
 * Returns the code of a permanent refusal of the recipient: any other 5xx to RCPT TO; after DATA, a status 5.1.x
 * (address) or 5.2.x (mailbox) of RFC 3463; an address that nodemailer refuses itself. Returns undefined for all other
 * errors: a retry or an operator can still make the delivery succeed.
 */
export function refusalOf(facts: MailFacts): string | undefined {
  const { code, command, responseCode = 0, enhancedStatus = '' } = facts;
  if (code === 'EENVELOPE' && command === 'API') return code;
  if (responseCode < 500 || responseCode > 599 || ABOUT_THE_SENDER.includes(enhancedStatus)) return undefined;
  const isOfRecipient =
    command === 'RCPT TO' ? !ABOUT_THE_SESSION.includes(responseCode) : isRecipientStatus(facts);
  return isOfRecipient ? [responseCode, enhancedStatus].join(' ').trim() : undefined;
}

function isRecipientStatus({ command, enhancedStatus = '' }: MailFacts): boolean {
  return command === 'DATA' && /^5\.[12]\./.test(enhancedStatus);
}
