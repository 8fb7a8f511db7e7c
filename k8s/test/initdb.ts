import type { ICluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1';
import { isWorkload, type Manifest } from './render.ts';

/** With which flags Postgres makes its data; where the operator makes it, what it is told instead. */
export function initdbOf(manifests: Manifest[]): unknown {
  const cluster = manifests.find(({ kind }) => kind === 'Cluster') as ICluster | undefined;
  if (cluster) return cluster.spec?.bootstrap?.initdb;
  const [postgres] = manifests.filter(isWorkload).filter(({ metadata }) => metadata.name === 'postgres');
  const [container] = postgres?.spec.template.spec?.containers ?? [];
  return container?.env?.find((variable) => variable.name === 'POSTGRES_INITDB_ARGS')?.value;
}

/** `--builtin-locale=C` as `{ builtinLocale: 'C' }`. How clients identify themselves, the operator decides by itself. */
export function flagsOf(text: string): Record<string, string> {
  const flags = [...text.matchAll(/--(\S+?)=(\S+)/g)].map(([, flag = '', value = '']) => {
    const words = flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    return [words, value] as const;
  });
  return Object.fromEntries(flags.filter(([flag]) => flag !== 'auth'));
}
