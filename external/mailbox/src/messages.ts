import { openJournal } from './journal.ts';

/** One delivery: `to` is the address of the recipient, so a mail to two people is two messages. */
export type Message = {
  messageId: string | null;
  from: string;
  to: string;
  subject: string;
  text: string | null;
  html: string | null;
  at: string;
};

export type Messages = ReturnType<typeof openMessages>;

/** Delivered messages, oldest first. Each is on disk before its sender gets the reply. */
export function openMessages(file: string) {
  const journal = openJournal<Message>(file);
  let messages = journal.lines;

  return {
    close: journal.close,

    add(delivered: Message[]) {
      journal.append(delivered);
      messages.push(...delivered);
    },

    /** All messages, or those of one address; its case does not matter. */
    list(to?: string) {
      const wanted = to?.toLowerCase();
      return messages.filter((message) => wanted === undefined || message.to.toLowerCase() === wanted);
    },

    clear() {
      journal.clear();
      messages = [];
    },
  };
}
