import { sagaPicture, sagaTable } from './saga-picture.ts';

const usage = `npm run saga [-- --mermaid]

What an order does when something happens to it: every case. With --mermaid, as the picture in docs/saga.md.`;

const texts: Record<string, () => string> = {
  '': sagaTable,
  '--mermaid': sagaPicture,
  '--help': () => usage,
  '-h': () => usage,
};

const wish = process.argv.slice(2).join(' ');
const text = Object.hasOwn(texts, wish) ? texts[wish] : undefined;
process.stdout.write(`${text ? text() : `What is "${wish}"?\n\n${usage}`}\n`);
process.exitCode = text ? 0 : 1;
