import type { ICluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1';
import { isWorkload, type Manifest } from './render.ts';

/** The initdb flags of Postgres, or the equivalent settings of the operator. */
export function initdbOf(manifests: Manifest[]): unknown {
  const cluster = manifests.find(({ kind }) => kind === 'Cluster') as ICluster | undefined;
  if (cluster) return cluster.spec?.bootstrap?.initdb;
  const [postgres] = manifests.filter(isWorkload).filter(({ metadata }) => metadata.name === 'postgres');
  const [container] = postgres?.spec.template.spec?.containers ?? [];
  return container?.env?.find((variable) => variable.name === 'POSTGRES_INITDB_ARGS')?.value;
}

/** `--builtin-locale=C` as `{ builtinLocale: 'C' }`. The operator chooses the authentication of clients itself. */
export function flagsOf(text: string): Record<string, string> {
  const flags = [...text.matchAll(/--(\S+?)=(\S+)/g)].map(([, flag = '', value = '']) => {
    const words = flag.replace(/-(.)/g, (_, initial: string) => initial.toUpperCase());
    return [words, value] as const;
  });
  return Object.fromEntries(flags.filter(([flag]) => flag !== 'auth'));
}
