import { readFileSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';
import type { Keep } from './credential.ts';

const server = 'https://kubernetes.default.svc';
/** What Kubernetes gives a pod whose service account has a token. */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Keeps each credential as a Secret of the pod's namespace. Node is told by NODE_EXTRA_CA_CERTS whom to trust.
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
      throw new Failure(`The API server does not answer (${reasonOf(error.cause ?? error)}).`);
    });
    if (response.status === 201) return true;
    if (response.status === 409) return false;
    throw new Failure(`The Secret ${name} could not be made (${response.status}): ${await response.text()}`);
  };
}

function readAccount(file: string): string {
  try {
    return readFileSync(`${account}/${file}`, 'utf8');
  } catch {
    throw new Failure('This is no pod with a service account: --kubernetes works inside a cluster only.');
  }
}
