/** The facts of a reply or of a fault, and none of its text: a mail server's often repeats the address. */
export interface MailFacts {
  /** nodemailer's code, or the system's: EENVELOPE, ECONNREFUSED. */
  code?: string | undefined;
  /** The SMTP command that was answered, or the step that nodemailer calls by a name like one: RCPT TO, CONN, API. */
  command?: string | undefined;
  /** RFC 5321, section 4.2: 550. */
  responseCode?: number | undefined;
  /** RFC 3463: 5.1.1. */
  enhancedStatus?: string | undefined;
}

/** A mail that was not sent, or is not known to have been. It has no cause, since that would hold the address. */
export class MailError extends Error {
  override name = 'MailError';
  readonly code: string | undefined;
  readonly command: string | undefined;
  readonly responseCode: number | undefined;
  readonly enhancedStatus: string | undefined;

  constructor({ code, command, responseCode, enhancedStatus }: MailFacts) {
    const facts = [code, command, responseCode, enhancedStatus].filter((fact) => fact !== undefined);
    super(`The mail server has not taken the mail: ${facts.join(', ') || 'unknown'}.`);
    this.code = code;
    this.command = command;
    this.responseCode = responseCode;
    this.enhancedStatus = enhancedStatus;
  }
}

/** Reads the facts off an error of nodemailer. Each is let through in its own form only, so that no text comes along. */
export function mailFactsOf(error: unknown): MailFacts {
  const { code, originalCode, command, responseCode, response, name } = Object(error) as Record<
    string,
    unknown
  >;
  return {
    code: matching(originalCode ?? code ?? name, /^[A-Za-z][A-Za-z0-9_]{0,39}$/),
    command: matching(command, /^[A-Z][A-Z0-9-]{0,19}(?: [A-Z0-9-]{1,20})?$/),
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    // It follows the reply code, and ends before the text (RFC 2034, section 4).
    enhancedStatus: /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/.exec(String(response))?.[1],
  };
}

function matching(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** Replies to RCPT TO about the session: bad sequence (RFC 5321), and those that ask for a login or TLS (RFC 4954). */
const ABOUT_THE_SESSION = [503, 530, 534, 535, 538];
/** Statuses about the sender's address, which some servers answer to RCPT TO (RFC 3463, section 3.2). */
const ABOUT_THE_SENDER = ['5.1.7', '5.1.8'];

/**
 * The code of a refusal that will not change until the address does: every other 5xx to RCPT TO; after DATA, a status
 * of the classes 5.1 (address) and 5.2 (mailbox) of RFC 3463; and an address that nodemailer refuses before it sends.
 * Undefined for everything else, which may come right by itself or by what an operator does.
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
