import { randomUUID } from 'node:crypto';
import { command, wrongUse } from '../cli/command.ts';
import { requestToken } from '../clients/request-token.ts';
import { readRunning } from '../control/running.ts';
import { Failure } from '../failure.ts';
import { project } from '../project.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { printable } from '../text/printable.ts';
import { scopes } from '../topology.ts';

const usage = `
npm run --silent token -- --customer UUID [--scope "stock:write"] [--expires-in 60] [--audience X]

Requests a bearer token from the identity provider of the running system, and prints it alone on the last line.

  --customer     the subject of the token (a UUID)
  --scope        further scopes, separated by spaces: ${scopes.join(', ')}
  --expires-in   the lifetime in seconds
  --audience     the audience; the services require "${project.name}"
`;

const options = {
  customer: { type: 'string' },
  scope: { type: 'string' },
  'expires-in': { type: 'string' },
  audience: { type: 'string' },
} as const;

await command(usage, options, async ({ values }) => {
  const { customer, scope, audience, 'expires-in': expiresIn } = values;
  if (!customer) throw wrongUse(usage, 'The subject is missing: --customer UUID');
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(customer)) {
    throw new Failure(`--customer is a UUID, such as ${randomUUID()}, not "${customer}".`);
  }
  if (expiresIn !== undefined && !/^[1-9]\d{0,8}$/.test(expiresIn)) {
    throw new Failure(`--expires-in is a number of seconds, not "${expiresIn}".`);
  }
  const issuer = readRunning(stateFolder()).external['identity-provider'].url;
  // A UUID is the same in any case (RFC 9562, §4).
  const request = { subject: customer.toLowerCase(), scope, audience, expiresIn: Number(expiresIn ?? 0) };
  console.log(printable(await requestToken(issuer, request)));
  return 0;
});
