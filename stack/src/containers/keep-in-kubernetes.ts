import { readFileSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';
import type { Keep } from './credential.ts';

const server = 'https://kubernetes.default.svc';
/** The files of a pod whose service account has a token. */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Stores each credential as a Secret in the namespace of the pod. NODE_EXTRA_CA_CERTS names the authority to trust.
 * (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/)
 */
export function keepInKubernetes(): Keep {
  const [namespace, token] = [readAccount('namespace'), readAccount('token')];
  return async (name, credential) => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: credential };
    const response = await fetch(`${server}/api/v1/namespaces/${namespace}/secrets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(secret),
      signal: AbortSignal.timeout(10_000),
    }).catch((error: Error) => {
      throw new Failure(`No response from the API server (${reasonOf(error.cause ?? error)}).`);
    });
    if (response.status === 201) return true;
    if (response.status === 409) return false;
    throw new Failure(
      `The Secret ${name} could not be created (${response.status}): ${await response.text()}`,
    );
  };
}

function readAccount(file: string): string {
  try {
    return readFileSync(`${account}/${file}`, 'utf8');
  } catch {
    throw new Failure('This is no pod with a service account: --kubernetes works inside a cluster only.');
  }
}
