import * as cloudNativePg from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1';
import * as externalSecrets from '@kubernetes-models/external-secrets/external-secrets.io/v1';
import * as gatewayApi from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import * as keda from '@kubernetes-models/keda/keda.sh/v1alpha1';
import * as strimzi from '@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as rbac from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import * as core from 'kubernetes-models/v1';
import type { Manifest } from './render.ts';

type Schema = { prototype: { validate(): void } };

/** The published schemas: those of Kubernetes, and those of the kinds that operators add. */
const schemas: Record<string, Record<string, unknown>> = {
  v1: core,
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'batch/v1': batch,
  'external-secrets.io/v1': externalSecrets,
  'gateway.networking.k8s.io/v1': gatewayApi,
  'kafka.strimzi.io/v1': strimzi,
  'keda.sh/v1alpha1': keda,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  'postgresql.cnpg.io/v1': cloudNativePg,
  'rbac.authorization.k8s.io/v1': rbac,
};

/** Fields with any name: Kafka's configuration. */
const FREE = /^spec\.kafka\.config\./;

/** The violations of the schema of its kind: wrong or missing values, and unknown fields. */
export function schemaFaults(manifest: Manifest): string[] {
  const { apiVersion, kind, metadata } = manifest;
  const name = `${kind} ${metadata.name}`;
  const schema = schemas[apiVersion]?.[kind] as Schema | undefined;
  if (!schema) return [`${name}: ${apiVersion} has no such kind`];
  const unread = new Set<string>();
  try {
    schema.prototype.validate.call(watchReads(manifest, unread));
  } catch (error) {
    return [`${name}: ${(error as Error).message}`];
  }
  return [...unread].filter((path) => !FREE.test(path)).map((path) => `${name}: the schema has no ${path}`);
}

/**
 * The same value behind a proxy that removes from `unread` the path of each field that is read. The schemas accept unknown
 * fields, which the API server refuses; a field that the check of the schema never reads is an unknown one.
 */
function watchReads<Value>(value: Value, unread: Set<string>, path = ''): Value {
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => {
    const place = path ? `${path}.${key}` : key;
    unread.add(place);
    return [key, { place, field: watchReads(field, unread, place) }] as const;
  });
  const watched = new Map(fields);
  return new Proxy(value, {
    get(target, key, receiver) {
      const found = watched.get(String(key));
      if (!found) return Reflect.get(target, key, receiver);
      unread.delete(found.place);
      return found.field;
    },
  });
}
