import type { Cluster } from './cluster.ts';

/** The part of a pod's container, as the API server describes it, that is read here. */
interface Container {
  name: string;
  image: string;
  state: { waiting?: { reason: string; message?: string } };
  lastState: { terminated?: { reason: string } };
}

interface Pod {
  metadata: { name: string };
  status: { containerStatuses?: Container[]; initContainerStatuses?: Container[] };
}

/** Why pods do not run: for each a sentence that names the solution. */
export async function explainPods(cluster: Cluster): Promise<string[]> {
  const { items } = JSON.parse(await cluster.kubectl(['get', 'pods', '--output', 'json'])) as {
    items: Pod[];
  };
  return items.flatMap(({ metadata, status }) => {
    const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    return containers.flatMap((container) => explain(metadata.name, container) ?? []);
  });
}

function explain(pod: string, { name, image, state, lastState }: Container): string | undefined {
  const { reason = '', message = '' } = state.waiting ?? {};
  if (/^(ErrImage|ImagePull|ErrImageNeverPull|InvalidImageName)/.test(reason))
    return `The image ${image} cannot be pulled: load it into the node (--load), or make its registry reachable.`;
  if (lastState.terminated?.reason === 'OOMKilled')
    return `${pod} needed more memory than its limit: raise resources.limits.memory of its container ${name}.`;
  if (reason === 'CreateContainerConfigError') return `${pod} waits: ${message}.`;
  if (reason === 'CrashLoopBackOff')
    return `${pod} does not stay up: kubectl --namespace tenfold logs ${pod} shows why.`;
  return undefined;
}
