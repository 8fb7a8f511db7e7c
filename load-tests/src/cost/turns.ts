import type { Statement } from './statements.ts';

/** A loop of a service, and the statement that it runs once a turn and that returns a row for each record. */
interface Loop {
  name: string;
  services: readonly string[];
  marker: RegExp;
}

/** The turns of a loop, and the records that it processed in all. */
export interface Turns {
  loop: string;
  turns: number;
  records: number;
}

/** A loop whose statement does not match its marker is missing from the report. */
const loops: Loop[] = [
  { name: 'lanes', services: ['order'], marker: /insert into orders\b/ },
  {
    name: 'relay',
    services: ['order', 'inventory', 'payment'],
    marker: /from outbox\b.*\border by topic, position/s,
  },
  {
    name: 'consumer',
    services: ['order', 'inventory', 'payment', 'notification'],
    marker: /insert into inbox\b/,
  },
  { name: 'claims', services: ['order'], marker: /from orders\b.*\bskip locked/s },
  {
    name: 'claims',
    services: ['payment'],
    marker: /from payments\b.*\border by due_at\b.*\bskip locked/s,
  },
  { name: 'claims', services: ['notification'], marker: /from messages\b.*\bskip locked/s },
];

export function turnsOf(statements: Statement[]): Turns[] {
  return loops.flatMap(({ name, services, marker }) =>
    services.flatMap((service) => {
      const matching = statements.filter((one) => one.service === service && marker.test(one.text));
      if (matching.length === 0) return [];
      const sum = (read: (one: Statement) => number) => matching.reduce((total, one) => total + read(one), 0);
      return [
        { loop: `${service} ${name}`, turns: sum(({ calls }) => calls), records: sum(({ rows }) => rows) },
      ];
    }),
  );
}
