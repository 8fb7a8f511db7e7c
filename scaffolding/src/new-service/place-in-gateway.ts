import { serviceNames } from '@repo/stack/topology';
import type { Change } from '../base/change.ts';
import { insertAfter, insertAfterBlock, replace } from '../base/text-edits.ts';
import type { NewService } from './new-service.ts';

const LIST_OF_RESOURCES = /The gateway knows [^"]*\./;

/** The gateway: the route of the new resource, the route by the service's name, and the backend. */
export function placeInGateway(change: Change, { service: { kebab: name }, nouns, port }: NewService): void {
  const last = serviceNames.at(-1);
  const route = `  http-request set-var(txn.service) str(${name}) if { path -m reg ^/v[0-9]+/${nouns.kebab}(/|$) }\n`;
  const backend = `\nbackend ${name} from service\n  server-template ${name} 10 "${name}\${DNS_SUFFIX-}:${port}"\n`;
  change.edit(
    'gateway/haproxy.cfg',
    insertAfter(/^ {2}http-request set-var\(txn\.service\) str\(.*\n/m, route, { which: 'last' }),
    insertAfter(new RegExp(`acl by_name path -m reg .*\\b${last}(?=\\)/)`), `|${name}`),
    insertAfterBlock(`backend ${last} from service`, backend),
    insertAfter(/^ {2}acl leads_somewhere nbsrv\(.*\n/m, `  acl leads_somewhere nbsrv(${name}) gt 0\n`, {
      which: 'last',
    }),
    replace(LIST_OF_RESOURCES, (sentence) => withResource(sentence, `/v1/${nouns.kebab}`)),
  );
}

function withResource(sentence: string, resource: string): string {
  const resources = [...(sentence.match(/\/v1\/[\w-]+/g) ?? []), resource];
  return `The gateway knows ${new Intl.ListFormat('en-GB').format(resources)}.`;
}
