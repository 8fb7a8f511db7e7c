import { styleText } from 'node:util';
import { serviceNames } from '../topology.ts';
import { printable, shortened } from './printable.ts';

const palette = ['blue', 'yellow', 'magenta', 'cyan', 'green', 'red'] as const;

/** The name of a service, in a column and a colour of its own. */
export function serviceColumn(service: string): string {
  const index = (serviceNames as readonly string[]).indexOf(service);
  return styleText(palette[index % palette.length] ?? 'reset', shortened(printable(service), 255).padEnd(13));
}
