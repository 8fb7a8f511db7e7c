import { Failure } from '../failure.ts';
import { freePort, isFree } from '../supervisor/processes/free-port.ts';
import { type PortVariable, portVariables, usualPorts } from '../topology.ts';

export type Ports = Record<PortVariable, number>;

/** The port of each variable, 0 replaced by a free one. Throws a Failure that names the variable of a used port. */
export async function choosePorts(env: NodeJS.ProcessEnv): Promise<Ports> {
  const ports: Ports = { ...usualPorts };
  for (const [index, variable] of portVariables.entries()) {
    const wanted = readPort(variable, env[variable] || String(usualPorts[variable]));
    const other = portVariables.slice(0, index).find((one) => wanted > 0 && ports[one] === wanted);
    if (other) throw new Failure(`${variable} and ${other} both name port ${wanted}: give each its own.`);
    if (wanted > 0 && !(await isFree(wanted))) {
      throw new Failure(`Port ${wanted} is in use: set ${variable} to another one, or to 0 for a free one.`);
    }
    ports[variable] = wanted || (await freePort());
  }
  return ports;
}

function readPort(variable: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Failure(`${variable} is "${text}", which is no port: set it to a number from 0 to 65535.`);
}
