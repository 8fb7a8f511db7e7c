// npm run saga: prints the saga as a table; with --mermaid, as the picture that stands in docs/saga.md.
import { sagaPicture, sagaTable } from './picture.ts';

process.stdout.write(`${process.argv.includes('--mermaid') ? sagaPicture() : sagaTable()}\n`);
