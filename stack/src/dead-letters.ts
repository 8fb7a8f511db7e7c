import { randomUUID } from 'node:crypto';
import { Failure, reasonOf, type Say } from './failure.ts';
import { printableLines } from './printable.ts';
import { requestToken } from './request-token.ts';
import type { Running } from './running.ts';
import { expected, itemsOf, send } from './send.ts';
import { type ServiceName, serviceNames } from './topology.ts';

/** A dead letter as its service shows it. */
export type Letter = {
  service: ServiceName;
  id: string;
  key: string;
  type: string | null;
  kind: string;
  error: string | null;
  attempts: number;
  firstAt: string;
  /** Null where the record has none; as text where it is UTF-8, else with its bytes escaped. */
  value: string | null;
  valueForm: 'text' | 'escaped';
  valueBytes: number;
} & Record<string, unknown>;

export type Filter = { service?: ServiceName; type?: string; kind?: string; key?: string; since?: string };
export type DeadLetters = Awaited<ReturnType<typeof openDeadLetters>>;

/** The dead letters of all services that run, by the routes that each has for operators. */
export async function openDeadLetters({ services, external }: Running, complain: Say = console.error) {
  const issuer = external['identity-provider'].url;
  const token = await requestToken(issuer, { customer: randomUUID(), scope: 'operations' });
  const placeOf = (service: ServiceName) => `${services[service].url}/v1/dead-letters`;

  async function listOf(service: ServiceName, filter: Record<string, string>): Promise<Letter[]> {
    const letters: Letter[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const query = new URLSearchParams({ ...filter, limit: '100', ...(after && { after }) });
      const page = await send(`${placeOf(service)}?${query}`, 'GET', { token });
      for (const letter of itemsOf<Letter>(page)) letters.push({ ...letter, service });
      after = typeof page.body.next === 'string' ? page.body.next : null;
    }
    return letters;
  }

  /** What is asked of a service; one that does not answer is named, and passed over. */
  async function unlessAway<Answer>(
    service: ServiceName,
    asking: Promise<Answer>,
  ): Promise<Answer | undefined> {
    return asking.catch((error: unknown) => {
      complain(printableLines(`${service} could not be asked: ${reasonOf(error)}`));
      return undefined;
    });
  }

  const act = async ({ service, id }: Letter, path: string, body: object) =>
    expected(
      await send(`${placeOf(service)}/${id}/${path}`, 'POST', { token, key: randomUUID(), body }),
      200,
    );

  return {
    /** Those that fit, the oldest first. */
    async list({ service, ...filter }: Filter): Promise<Letter[]> {
      const names = service ? [service] : serviceNames;
      const lists = await Promise.all(names.map((name) => unlessAway(name, listOf(name, filter))));
      if (lists.every((list) => list === undefined)) throw new Failure('No service could be asked.');
      const letters = lists.filter((list) => list !== undefined).flat();
      return letters.sort((one, other) => String(one.firstAt).localeCompare(String(other.firstAt)));
    },
    async find(id: string): Promise<Letter> {
      for (const service of serviceNames) {
        const url = `${placeOf(service)}/${encodeURIComponent(id)}`;
        const answer = await unlessAway(service, send(url, 'GET', { token }));
        if (answer?.status === 200 && answer.body.id) return { ...(answer.body as Letter), service };
      }
      throw new Failure(`No service has a dead letter ${id}; it may have been dealt with.`);
    },
    replay: (letter: Letter) => act(letter, 'replay', {}),
    discard: (letter: Letter, reason: string) => act(letter, 'discard', { reason }),
  };
}
