import { Failure } from './failure.ts';
import { freePort, isFree } from './processes/ports.ts';

/** Where things listen unless the environment says otherwise. */
const usual = {
  ORDER_PORT: 3001,
  INVENTORY_PORT: 3002,
  PAYMENT_PORT: 3003,
  NOTIFICATION_PORT: 3004,
  PAYMENT_PROVIDER_PORT: 3101,
  IDENTITY_PROVIDER_PORT: 3102,
  MAILBOX_PORT: 3103,
  MAILBOX_SMTP_PORT: 3125,
};

export type PortVariable = keyof typeof usual;
export type Ports = Record<PortVariable, number>;

/** The port of each variable, 0 replaced by a free one. Throws a Failure that names the variable of one that is taken. */
export async function choosePorts(env: NodeJS.ProcessEnv): Promise<Ports> {
  const ports = { ...usual };
  for (const variable of Object.keys(usual) as PortVariable[]) {
    const wanted = readPort(variable, env[variable] || String(usual[variable]));
    const twin = Object.entries(ports).find(
      ([other, port]) => other < variable && wanted > 0 && port === wanted,
    );
    if (twin) throw new Failure(`${variable} and ${twin[0]} both name port ${wanted}: give each its own.`);
    if (wanted > 0 && !(await isFree(wanted))) {
      throw new Failure(`Port ${wanted} is taken: set ${variable} to another one, or to 0 for a free one.`);
    }
    ports[variable] = wanted || (await freePort());
  }
  return ports;
}

function readPort(variable: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Failure(`${variable} is "${text}", which is no port: set it to a number from 0 to 65535.`);
}
