import type { Change } from '../base/change.ts';
import { replace } from '../base/text-edits.ts';
import { copyService } from './copy-template.ts';
import type { NewService } from './new-service.ts';
import { placeInCompose } from './place-in-compose.ts';
import { placeInGateway } from './place-in-gateway.ts';
import { placeInImages } from './place-in-images.ts';
import { placeInKubernetes } from './place-in-kubernetes.ts';
import { placeInTopology } from './place-in-topology.ts';

/** Makes a service from the template, with its place wherever services are listed. */
export function addService(change: Change, made: NewService): void {
  copyService(change, made);
  placeInTopology(change, made);
  placeInImages(change, made);
  placeInCompose(change, made);
  placeInGateway(change, made);
  placeInKubernetes(change, made);
  placeInAddresses(change, made);
}

/** The addresses of the services for commands that run in containers. */
function placeInAddresses(change: Change, { service: { kebab: name } }: NewService): void {
  const entry = `    "${name}": { "url": "http://gateway:8080/${name}", "pid": null }`;
  change.edit(
    'stack/src/containers/running.json',
    replace(/"services": \{[\s\S]*?\n(?= {2}\})/, (services) => `${services.trimEnd()},\n${entry}\n`),
  );
}
