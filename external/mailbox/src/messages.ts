import { openJournal } from './journal.ts';

/** One delivery: `to` is the address it was delivered to, so a mail to two people is two messages. */
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

/** What has been delivered, oldest first; on disk before the sender is told that it was taken. */
export function openMessages(file: string) {
  const journal = openJournal<Message>(file);
  let messages = journal.lines;

  return {
    close: journal.close,

    add(delivered: Message[]) {
      journal.append(delivered);
      messages.push(...delivered);
    },

    /** Everything, or what was delivered to one address, whose case does not matter. */
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
