import { isService } from '@repo/stack/topology';
import type { Edit } from './edit.ts';

/** Whether the file of an edit exists with the services in the topology. */
export function isPresent({ file }: Edit): boolean {
  const [folder, service = ''] = file.split('/');
  return folder !== 'services' || isService(service);
}
