import type {
  INetworkPolicy,
  INetworkPolicyPeer,
  INetworkPolicyPort,
} from 'kubernetes-models/networking.k8s.io/v1';
import { isWorkload, type Manifest } from './render.ts';

/** A pod that policies may select. For a pod that an operator creates, only the labels are known. */
export interface Pod {
  name: string;
  labels: Record<string, string>;
  ports?: Record<string, number>;
}

type Selector = INetworkPolicy['spec'] extends infer Spec
  ? NonNullable<Spec> extends { podSelector?: infer Found }
    ? NonNullable<Found>
    : never
  : never;

export function podsOf(manifests: Manifest[]): Pod[] {
  return manifests.filter(isWorkload).map(({ metadata, spec }) => {
    const ports = spec.template.spec?.containers.flatMap((container) => container.ports ?? []) ?? [];
    const numbers = ports.map(({ name = '', containerPort }) => [name, containerPort] as const);
    return {
      name: metadata.name,
      labels: spec.template.metadata?.labels ?? {},
      ports: Object.fromEntries(numbers),
    };
  });
}

/**
 * The allowed connections, as `order > postgres:5432`. An edge between two of these pods needs an egress policy at one
 * end and an ingress policy at the other; an edge with one of the two only is a fault. Other peers, such as a DNS server,
 * have no policies here, so one end is enough.
 */
export function edgesOf(manifests: Manifest[], pods: Pod[]): { edges: string[]; faults: string[] } {
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy') as unknown as INetworkPolicy[];
  const ways = { Ingress: new Set<string>(), Egress: new Set<string>() };
  for (const { spec } of policies) {
    for (const pod of pods.filter(({ labels }) => selects(spec?.podSelector, labels))) {
      for (const { to, ports } of spec?.egress ?? []) {
        for (const peer of peersOf(to, pods)) add(ways.Egress, pod, peer, ports);
      }
      for (const { from, ports } of spec?.ingress ?? []) {
        for (const peer of peersOf(from, pods)) add(ways.Ingress, peer, pod, ports);
      }
    }
  }
  const names = new Set(pods.map(({ name }) => name));
  const isHalf = (edge: string) => {
    const [from = '', to = '', port] = edge.split(/ > |:/);
    return names.has(from) && names.has(to) && !ways.Ingress.has(`any > ${to}:${port}`);
  };
  const half = [...ways.Ingress.symmetricDifference(ways.Egress)].filter(isHalf);
  return {
    edges: [...ways.Ingress.union(ways.Egress)],
    faults: half.map((edge) => `${edge} has no ${ways.Ingress.has(edge) ? 'egress' : 'ingress'} policy`),
  };
}

function add(edges: Set<string>, from: Pod, to: Pod, ports: INetworkPolicyPort[] = []): void {
  for (const { port } of ports) {
    const number = typeof port === 'string' ? to.ports?.[port] : port;
    if (number !== undefined) edges.add(`${from.name} > ${to.name}:${number}`);
  }
}

/** The pods that a rule selects; a namespace or a range of addresses counts as one pod. */
function peersOf(peers: INetworkPolicyPeer[] | undefined, pods: Pod[]): Pod[] {
  if (!peers) return [{ name: 'any', labels: {} }];
  return peers.flatMap(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock) return [{ name: 'outside', labels: {} }];
    const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
    if (namespace) return [{ name: namespace, labels: {} }];
    return pods.filter(({ labels }) => selects(podSelector, labels));
  });
}

function selects(selector: Selector | undefined, labels: Record<string, string>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values = [] }) => values.includes(labels[key] ?? ''))
  );
}
