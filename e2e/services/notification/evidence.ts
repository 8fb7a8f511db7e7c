declare module '../../invariants/evidence.ts' {
  interface Evidence {
    contacts: StoredContact[];
    messages: StoredMessage[];
    /** The e-mails that the mailbox has received. */
    mail: Mail[];
  }
}

export interface StoredContact {
  customerId: string;
  email: string | null;
}

export interface StoredMessage {
  /** The id of the event that it reports. */
  id: string;
  orderId: string;
  customerId: string;
  kind: string;
  status: string;
  /** Why it failed: the code of the mail server's reply. */
  failureCode: string | null;
}

export interface Mail {
  messageId: string | null;
  to: string;
}
