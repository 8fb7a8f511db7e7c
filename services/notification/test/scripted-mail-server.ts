import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { atTheEnd } from '@repo/testing';

/** The steps that a mail server replies to: the connection, a command, or the end of the mail. */
export type Step = 'CONNECT' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'END' | 'RSET' | 'QUIT';

/** Decides a reply; undefined for the usual one. The address is that of the last RCPT TO, if there was one. */
export type Script = (step: Step, address: string) => string | undefined | Promise<string | undefined>;

const USUAL: Record<Step, string> = {
  CONNECT: '220 mail.example ESMTP',
  EHLO: '250 mail.example',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go on',
  END: '250 2.0.0 Ok',
  RSET: '250 2.0.0 Ok',
  QUIT: '221 2.0.0 Bye',
};

/** A mail server whose replies a test decides. `ADDRESS` in a reply stands for the recipient's. */
export async function startMailServer(script: Script): Promise<{ url: string; commands: string[] }> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    void converse(socket, script, commands).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTheEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, commands };
}

async function converse(socket: Socket, script: Script, commands: string[]): Promise<void> {
  let address = '';
  let isContent = false;
  const reply = async (step: Step) => {
    const text = ((await script(step, address)) ?? USUAL[step]).replaceAll('ADDRESS', address);
    socket.write(`${text}\r\n`);
    return text;
  };
  await reply('CONNECT');
  for await (const line of createInterface({ input: socket })) {
    if (isContent && line !== '.') continue;
    if (!isContent) commands.push(line);
    const step: Step = isContent ? 'END' : stepOf(line);
    if (step === 'RCPT') address = /<(.*)>/.exec(line)?.[1] ?? '';
    isContent = (await reply(step)).startsWith('354');
  }
}

function stepOf(line: string): Step {
  const word = line.slice(0, 4).toUpperCase();
  return word === 'HELO' ? 'EHLO' : (word as Step);
}
