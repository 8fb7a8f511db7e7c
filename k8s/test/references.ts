import type { IService } from 'kubernetes-models/v1';
import { podsOf } from './edges.ts';
import { isWorkload, type Manifest } from './render.ts';

/** References to missing objects: ConfigMaps, Secrets, service accounts, the pods and ports of a Service. */
export function danglingReferences(manifests: Manifest[], secrets: Set<string>): string[] {
  const named = (kind: string) =>
    new Set(manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name));
  // The cluster creates this one in each namespace.
  const configMaps = named('ConfigMap').add('kube-root-ca.crt');
  const accounts = named('ServiceAccount');
  return [
    ...manifests.filter(isWorkload).flatMap(({ metadata, spec }) => {
      const { configMap, secret } = referencesOf(spec.template);
      const { serviceAccountName = 'default' } = spec.template.spec ?? {};
      return [
        ...[...configMap].filter((name) => !configMaps.has(name)),
        ...[...secret].filter((name) => !secrets.has(name)),
        ...[serviceAccountName].filter((name) => name !== 'default' && !accounts.has(name)),
      ].map((name) => `${metadata.name} refers to ${name}`);
    }),
    ...manifests.flatMap((manifest) =>
      manifest.kind === 'Service' ? lostServices(manifest, manifests) : [],
    ),
  ];
}

/** The Secrets that the pods of these manifests refer to. */
export function secretsNeeded(manifests: Manifest[]): Set<string> {
  return new Set(manifests.filter(isWorkload).flatMap(({ spec }) => [...referencesOf(spec.template).secret]));
}

/** The Secrets that come from outside. */
export function secretsFromOutside(manifests: Manifest[]): string[] {
  return manifests.filter(({ kind }) => kind === 'ExternalSecret').map(({ metadata }) => metadata.name);
}

/** Under any name of the field: configMapRef, secretKeyRef, or a volume's configMap and secret. */
function referencesOf(value: unknown): { configMap: Set<string>; secret: Set<string> } {
  const found = { configMap: new Set<string>(), secret: new Set<string>() };
  JSON.stringify(value, (key, field) => {
    const name = field?.name ?? field?.secretName;
    if (/^configMap/.test(key) && name) found.configMap.add(name);
    if (/^secret(KeyRef|Ref)?$/.test(key) && name) found.secret.add(name);
    return field;
  });
  return found;
}

function lostServices({ metadata, spec }: Manifest, manifests: Manifest[]): string[] {
  const { selector = {}, ports = [] } = spec as NonNullable<IService['spec']>;
  const pods = podsOf(manifests).filter(({ labels }) =>
    Object.entries(selector).every(([key, value]) => labels[key] === value),
  );
  if (pods.length !== 1) return [`the Service ${metadata.name} leads to ${pods.length} kinds of pod`];
  return ports
    .filter(({ targetPort, port }) => pods[0]?.ports?.[String(targetPort)] !== port)
    .map(({ name }) => `the Service ${metadata.name} has no port ${name} behind it`);
}
