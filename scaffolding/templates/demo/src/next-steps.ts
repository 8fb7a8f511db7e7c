import { randomUUID } from 'node:crypto';
import type { Running } from '@repo/stack';

/** The addresses of the processes, and the commands to try next. */
export function nextSteps({ services, external }: Running): string[] {
  const places = Object.entries({ ...services, ...external }).map(([name, { url }]) => [name, url]);
  const { example }: Partial<Record<string, { url: string }>> = services;
  const customer = randomUUID();
  const data = JSON.stringify({ requestId: randomUUID(), version: 1, customerId: customer });
  return [
    '',
    '  Addresses',
    ...places.map(([name = '', url]) => `    ${name.padEnd(18)} ${url}`),
    '',
    '  To try in another terminal: an event, its row, and the event about the row',
    `    npm run events -- --publish journal-entry.requested --key ${JSON.parse(data).requestId} --data '${data}'`,
    `    TOKEN=$(npm run --silent token -- --customer ${customer} | tail -n 1)`,
    `    curl --header "authorization: Bearer $TOKEN" ${example?.url}/v1/journal-entries`,
    '    npm run events -- --follow',
    '    npm run stack -- status',
    '',
  ];
}
