import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '@repo/stack';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IPodTemplateSpec } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';

/** The fields of an object that the tests read; its schema checks the rest. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  data?: Record<string, string>;
  spec?: unknown;
}

/** The common fields of a Deployment, a StatefulSet and a Job. */
export type Workload = Manifest & {
  spec: { template: IPodTemplateSpec } & Pick<
    Partial<NonNullable<IDeployment['spec']>>,
    'replicas' | 'strategy' | 'minReadySeconds'
  >;
};

export const isWorkload = (manifest: Manifest): manifest is Workload =>
  ['Deployment', 'StatefulSet', 'Job'].includes(manifest.kind);

const KUSTOMIZE = 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1';

/**
 * The command that renders a folder: kubectl or kustomize, if installed; otherwise a kustomize that Go builds once
 * (about a minute). Undefined without Go.
 */
export function findRenderer(): string[] | undefined {
  if (succeeds('kubectl', ['version', '--client'])) return ['kubectl', 'kustomize'];
  if (succeeds('kustomize', ['version'])) return ['kustomize', 'build'];
  const built = join(cacheFolder(), KUSTOMIZE.replaceAll('/', '-'), 'kustomize');
  return existsSync(built) || build(built) ? [built, 'build'] : undefined;
}

const succeeds = (program: string, args: string[]) => spawnSync(program, args).status === 0;

/** Builds in a temporary folder next to it, so that an interrupted build leaves no partial program. */
function build(program: string): boolean {
  mkdirSync(dirname(program), { recursive: true });
  const part = mkdtempSync(`${program}-`);
  const { status } = spawnSync('go', ['install', KUSTOMIZE], {
    env: { ...process.env, GOBIN: part, CGO_ENABLED: '0' },
  });
  if (status === 0) renameSync(join(part, 'kustomize'), program);
  rmSync(part, { recursive: true });
  return status === 0;
}

/** All objects of a folder below k8s. */
export function render([program = '', ...args]: string[], folder: string): Manifest[] {
  const path = join(import.meta.dirname, '..', folder);
  const { status, stdout, stderr } = spawnSync(program, [...args, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${folder} cannot be rendered: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}
