import { command, wrongUse } from '../command.ts';
import { verbs } from '../control-server.ts';
import { Failure } from '../failure.ts';
import { stateFolder } from '../folder.ts';
import { readControl } from '../running.ts';

const usage = `
npm run stack -- stop|start|pause|resume NAME

Stops, starts, pauses or resumes one process of the running system. What is stopped stays down until it is started.

  NAME   order, inventory, payment, notification, payment-provider, identity-provider, mailbox,
         postgres, redis or kafka
`;

await command(usage, {}, async ({ positionals: [verb = '', name = '', ...rest] }) => {
  const known = verbs.some((one) => one === verb);
  if (!known || !name || rest.length > 0) throw wrongUse(usage, 'Say what to do, and with which process.');
  const { url, secret } = readControl(stateFolder());
  const response = await fetch(`${url}/v1/processes/${encodeURIComponent(name)}/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
  });
  const { message } = (await response.json()) as { message: string };
  if (!response.ok) throw new Failure(message);
  console.log(message);
  return 0;
});
