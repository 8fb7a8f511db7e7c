import type { Message } from './messages.ts';

/** All mail on one page for people, newest first, as text only: the content of a mail never becomes HTML. */
export function renderPage(messages: Message[]) {
  const items = messages.toReversed().map(
    ({ to, subject, text, html, at }) => `
    <details>
      <summary>${escapeHtml(at)} to <b>${escapeHtml(to)}</b>: ${escapeHtml(subject)}</summary>
      <pre>${escapeHtml(text ?? html ?? '')}</pre>
    </details>`,
  );
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Mailbox</title></head>
  <body>
    <h1>Mailbox</h1>
    <p>${messages.length} received</p>${items.join('')}
  </body>
</html>
`;
}

function escapeHtml(text: string) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
