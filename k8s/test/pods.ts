import type { IContainer } from 'kubernetes-models/v1';
import type { Workload } from './render.ts';

/** The violations of a pod: the rules of Pod Security `restricted`, and some of ours. */
export function podFaults({ kind, metadata, spec }: Workload): string[] {
  const pod = spec.template.spec;
  const faults = [
    [pod?.securityContext?.runAsNonRoot !== true, 'may run as root'],
    [pod?.securityContext?.seccompProfile?.type !== 'RuntimeDefault', 'has no seccomp profile'],
    [pod?.automountServiceAccountToken !== false, 'mounts a token'],
    [pod?.enableServiceLinks !== false, 'has variables for each Service'],
    [pod?.hostNetwork || pod?.hostPID || pod?.hostIPC, 'shares a namespace of the node'],
    [pod?.volumes?.some(({ hostPath }) => hostPath), 'mounts a path of the node'],
  ] as const;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  return [...presentFaults(faults), ...containers.flatMap(containerFaults)].map(
    (fault) => `${kind} ${metadata.name} ${fault}`,
  );
}

function containerFaults({ securityContext, resources, imagePullPolicy }: IContainer): string[] {
  const { requests = {}, limits = {} } = resources ?? {};
  return presentFaults([
    [securityContext?.allowPrivilegeEscalation !== false, 'may gain privileges'],
    [securityContext?.privileged, 'is privileged'],
    [securityContext?.readOnlyRootFilesystem !== true, 'may write into its image'],
    [!securityContext?.capabilities?.drop?.includes('ALL'), 'keeps capabilities'],
    [securityContext?.capabilities?.add?.length, 'adds capabilities'],
    [!requests.cpu || !requests.memory, 'has no resource requests'],
    [!limits.memory, 'has no limit for memory'],
    [limits.cpu, 'has a limit for the processor'],
    // With Always, the default for some tags, a node without a registry cannot start a pod.
    [imagePullPolicy !== 'IfNotPresent', 'pulls images that are present'],
  ]);
}

const presentFaults = (faults: readonly (readonly [unknown, string])[]) =>
  faults.filter(([isSo]) => isSo).map(([, fault]) => fault);

/** The further violations of a service's Deployment: it must be rolled out and drained without an outage. */
export function serviceFaults({ metadata, spec }: Workload, environment: Record<string, string>): string[] {
  const { template, strategy } = spec;
  const [container] = template.spec?.containers ?? [];
  const { startupProbe, readinessProbe, livenessProbe, lifecycle, ports } = container ?? {};
  const seconds = (name: string) => Number(environment[name]);
  const preStop = lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = template.spec?.terminationGracePeriodSeconds ?? 0;
  return presentFaults([
    [!ports?.some(({ name }) => name === 'http'), 'has no port named http'],
    [startupProbe?.httpGet?.path !== '/livez', 'has no startup probe'],
    [readinessProbe?.httpGet?.path !== '/readyz', 'has no readiness probe'],
    [livenessProbe?.httpGet?.path !== '/livez', 'has no liveness probe'],
    [preStop < 5, 'stops before the gateway has removed it'],
    [!(grace > preStop + seconds('SHUTDOWN_SECONDS')), 'is killed during its shutdown'],
    // The service limits it to a quarter of its shutdown time (packages/runtime/src/run-service.ts).
    [
      !(seconds('DRAIN_SECONDS') <= seconds('SHUTDOWN_SECONDS') * 0.225),
      'drains for less than DRAIN_SECONDS',
    ],
    [strategy?.rollingUpdate?.maxUnavailable !== 0, 'has fewer replicas during a roll-out'],
    [!template.spec?.topologySpreadConstraints?.length, 'has replicas on one node'],
  ]).map((fault) => `${metadata.name} ${fault}`);
}

/** The violations of the gateway's Deployment: its roll-out must cause no outage. */
export function gatewayFaults({ metadata, spec }: Workload): string[] {
  const [{ readinessProbe, livenessProbe, lifecycle } = {}] = spec.template.spec?.containers ?? [];
  return presentFaults([
    [readinessProbe?.httpGet?.path !== '/readyz', 'has no readiness probe'],
    [livenessProbe?.httpGet?.path !== '/livez', 'has no liveness probe'],
    [!((spec.minReadySeconds ?? 0) >= 5), 'counts as available before it has resolved all services'],
    [!lifecycle?.preStop?.sleep?.seconds, 'stops while it still gets requests'],
    [spec.strategy?.rollingUpdate?.maxUnavailable !== 0, 'is down during a roll-out'],
  ]).map((fault) => `${metadata.name} ${fault}`);
}
