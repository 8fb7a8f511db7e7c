import { buffer } from 'node:stream/consumers';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { hasMailbox, plainAddress } from './address.ts';
import type { Message, Messages } from './messages.ts';

const maxBytes = 1024 * 1024;

/**
 * Accepts mail from every sender for every address but the refused ones (see address.ts), and replies once the mail is
 * stored.
 */
export function createSmtpServer(messages: Messages, log: { warn(error: Error, message: string): void }) {
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: maxBytes,
    closeTimeout: 500,
    // Otherwise some addresses that browsers accept are refused for their form, such as a..b@example.com.
    lenientAddressParsing: true,
    onRcptTo({ address }, _session, done) {
      if (hasMailbox(address)) return done();
      // 5.1.1 is the enhanced status for a mailbox that does not exist (RFC 3463).
      done(refusal(550, `5.1.1 <${plainAddress(address)}>: Recipient address rejected`));
    },
    async onData(stream, session, done) {
      try {
        const raw = await buffer(stream);
        if (stream.sizeExceeded) return done(refusal(552, `A message may have ${maxBytes} bytes.`));
        const content = await readMail(raw);
        messages.add(
          session.envelope.rcptTo.map(({ address }) => ({ ...content, to: plainAddress(address) })),
        );
        done();
      } catch (error) {
        log.warn(error as Error, 'mail not stored');
        done(refusal(451, 'Not stored, try again later.'));
      }
    },
  });
  // A sender may hang up. Without a listener, its error would end the process.
  smtp.on('error', (error) => {
    if (smtp.server.listening) log.warn(error, 'connection failed');
  });
  return smtp;
}

async function readMail(raw: Buffer): Promise<Omit<Message, 'to'>> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  return {
    messageId: mail.messageId ?? null,
    from: mail.from?.value[0]?.address ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? null,
    html: mail.html || null,
    at: new Date().toISOString(),
  };
}

function refusal(responseCode: number, message: string) {
  return Object.assign(new Error(message), { responseCode });
}
