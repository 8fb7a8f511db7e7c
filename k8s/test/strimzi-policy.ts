import type { IKafka } from '@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1';
import type { Manifest } from './render.ts';

/** The network policy that Strimzi creates for each Kafka: its peers reach the listeners, and brokers each other. */
export function strimziPolicies(manifests: Manifest[]): Manifest[] {
  return manifests
    .filter(({ kind }) => kind === 'Kafka')
    .map(({ metadata, spec }) => {
      const brokers = { matchLabels: { 'strimzi.io/cluster': metadata.name } };
      const listeners = (spec as IKafka['spec'])?.kafka.listeners ?? [];
      return {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: `${metadata.name}-network-policy-kafka` },
        spec: {
          podSelector: brokers,
          ingress: [
            { from: [{ podSelector: brokers }], ports: [{ port: 9090 }, { port: 9091 }] },
            ...listeners.map(({ networkPolicyPeers, port }) => ({
              from: networkPolicyPeers,
              ports: [{ port }],
            })),
          ],
        },
      };
    });
}
