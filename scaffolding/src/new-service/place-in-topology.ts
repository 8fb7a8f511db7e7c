import type { Change } from '../base/change.ts';
import { insertBefore } from '../base/text-edits.ts';
import { type NewService, topicsOf } from './new-service.ts';

export function placeInTopology(change: Change, made: NewService): void {
  const { service, port, publishes } = made;
  const { consumed, published } = topicsOf(made);
  const entry = `  ${service.kebab}: {
    port: ['${service.upper}_PORT', ${port}],
    needs: [],
    publishes: [${publishes ? `'${published}'` : ''}],
    consumes: [{ group: '${service.kebab}', topics: ['${consumed}'] }],
  },
`;
  change.edit('stack/src/topology.ts', insertBefore('} as const satisfies Record<string, Service>;', entry));
}
