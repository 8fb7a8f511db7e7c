import { randomUUID } from 'node:crypto';
import type { Running } from '@repo/stack';

/** The addresses of the processes, and the commands to try next. */
export function nextSteps({ services, external }: Running): string[] {
  const places = Object.entries({ ...services, ...external }).map(([name, { url }]) => [name, url]);
  const { example }: Partial<Record<string, { url: string }>> = services;
  return [
    '',
    '  Addresses',
    ...places.map(([name = '', url]) => `    ${name.padEnd(18)} ${url}`),
    '',
    '  To try in another terminal',
    ...(example ? eventAndRow(example.url) : []),
    '    npm run events -- --follow',
    '    npm run stack -- status',
    '    npm run top',
    '',
  ];
}

/** An event for the service `example`, and its row. Replace them by a request to a service of your own. */
function eventAndRow(url: string): string[] {
  const [requestId, customerId] = [randomUUID(), randomUUID()];
  const data = JSON.stringify({ requestId, version: 1, customerId });
  return [
    `    npm run events -- --publish journal-entry.requested --key ${requestId} --data '${data}'`,
    `    TOKEN=$(npm run --silent token -- --customer ${customerId} | tail -n 1)`,
    `    curl --header "authorization: Bearer $TOKEN" ${url}/v1/journal-entries`,
  ];
}
