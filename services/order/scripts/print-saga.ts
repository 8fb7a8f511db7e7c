import { sagaPicture, sagaTable } from './saga-picture.ts';

const usage = `npm run saga [-- --mermaid]

Prints how an order reacts to each trigger in each status. With --mermaid: the picture in docs/saga.md.`;

const texts: Record<string, () => string> = {
  '': sagaTable,
  '--mermaid': sagaPicture,
  '--help': () => usage,
  '-h': () => usage,
};

const option = process.argv.slice(2).join(' ');
const text = Object.hasOwn(texts, option) ? texts[option] : undefined;
process.stdout.write(`${text ? text() : `Unknown option: "${option}".\n\n${usage}`}\n`);
process.exitCode = text ? 0 : 1;
