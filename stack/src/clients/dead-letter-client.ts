import { randomUUID } from 'node:crypto';
import type { Running } from '../control/running.ts';
import { Failure, type Print, reasonOf } from '../failure.ts';
import { printableLines } from '../text/printable.ts';
import { type ServiceName, serviceNames } from '../topology.ts';
import { requestToken } from './request-token.ts';
import { expected, itemsOf, send } from './send.ts';

/** A dead letter, as its service returns it. */
export type DeadLetter = {
  service: ServiceName;
  id: string;
  key: string;
  type: string | null;
  kind: string;
  error: string | null;
  attempts: number;
  firstAt: string;
  /** Null where the record has none; text where it is UTF-8, else with its bytes escaped. */
  value: string | null;
  valueForm: 'text' | 'escaped';
  valueBytes: number;
} & Record<string, unknown>;

export type Filter = { service?: ServiceName; type?: string; kind?: string; key?: string; since?: string };
export type DeadLetterClient = Awaited<ReturnType<typeof openDeadLetterClient>>;

/** A client for the dead letters of all running services, on the routes that each has for operators. */
export async function openDeadLetterClient(
  { services, external }: Running,
  printError: Print = console.error,
) {
  const issuer = external['identity-provider'].url;
  const token = await requestToken(issuer, { subject: randomUUID(), scope: 'operations' });
  const placeOf = (service: ServiceName) => `${services[service].url}/v1/dead-letters`;

  async function listOf(service: ServiceName, filter: Record<string, string>): Promise<DeadLetter[]> {
    const deadLetters: DeadLetter[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const query = new URLSearchParams({ ...filter, limit: '100', ...(after && { after }) });
      const page = await send(`${placeOf(service)}?${query}`, 'GET', { token });
      for (const deadLetter of itemsOf<DeadLetter>(page)) deadLetters.push({ ...deadLetter, service });
      after = typeof page.body.next === 'string' ? page.body.next : null;
    }
    return deadLetters;
  }

  /** The answer of a service; a service that is down is reported, and left out. */
  async function unlessDown<Answer>(
    service: ServiceName,
    asking: Promise<Answer>,
  ): Promise<Answer | undefined> {
    return asking.catch((error: unknown) => {
      printError(printableLines(`${service} is down: ${reasonOf(error)}`));
      return undefined;
    });
  }

  const act = async ({ service, id }: DeadLetter, path: string, body: object) =>
    expected(
      await send(`${placeOf(service)}/${id}/${path}`, 'POST', { token, key: randomUUID(), body }),
      200,
    );

  return {
    /** The dead letters that match a filter, oldest first. */
    async list({ service, ...filter }: Filter): Promise<DeadLetter[]> {
      const names = service ? [service] : serviceNames;
      const lists = await Promise.all(names.map((name) => unlessDown(name, listOf(name, filter))));
      if (lists.every((list) => list === undefined)) throw new Failure('All services are down.');
      const deadLetters = lists.filter((list) => list !== undefined).flat();
      return deadLetters.sort((one, other) => String(one.firstAt).localeCompare(String(other.firstAt)));
    },
    async find(id: string): Promise<DeadLetter> {
      for (const service of serviceNames) {
        const url = `${placeOf(service)}/${encodeURIComponent(id)}`;
        const answer = await unlessDown(service, send(url, 'GET', { token }));
        if (answer?.status === 200 && answer.body.id) return { ...(answer.body as DeadLetter), service };
      }
      throw new Failure(`No service has a dead letter ${id}; it may have been resolved.`);
    },
    replay: (deadLetter: DeadLetter) => act(deadLetter, 'replay', {}),
    discard: (deadLetter: DeadLetter, reason: string) => act(deadLetter, 'discard', { reason }),
  };
}
