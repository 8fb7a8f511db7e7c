import type { IContainer } from 'kubernetes-models/v1';
import type { Workload } from './render.ts';

/** What every pod must have, and lacks: the rules of Pod Security `restricted`, and a few of our own. */
export function podFaults({ kind, metadata, spec }: Workload): string[] {
  const pod = spec.template.spec;
  const faults = [
    [pod?.securityContext?.runAsNonRoot !== true, 'may run as root'],
    [pod?.securityContext?.seccompProfile?.type !== 'RuntimeDefault', 'has no seccomp profile'],
    [pod?.automountServiceAccountToken !== false, 'is given a token'],
    [pod?.enableServiceLinks !== false, 'is given variables for each Service'],
    [pod?.hostNetwork || pod?.hostPID || pod?.hostIPC, 'shares a namespace of the node'],
    [pod?.volumes?.some(({ hostPath }) => hostPath), 'mounts a path of the node'],
  ] as const;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  return [...told(faults), ...containers.flatMap(containerFaults)].map(
    (fault) => `${kind} ${metadata.name} ${fault}`,
  );
}

function containerFaults({ securityContext, resources, imagePullPolicy }: IContainer): string[] {
  const { requests = {}, limits = {} } = resources ?? {};
  return told([
    [securityContext?.allowPrivilegeEscalation !== false, 'may gain privileges'],
    [securityContext?.privileged, 'is privileged'],
    [securityContext?.readOnlyRootFilesystem !== true, 'may write into its image'],
    [!securityContext?.capabilities?.drop?.includes('ALL'), 'keeps capabilities'],
    [securityContext?.capabilities?.add?.length, 'adds capabilities'],
    [!requests.cpu || !requests.memory, 'does not say what it needs'],
    [!limits.memory, 'has no limit for memory'],
    [limits.cpu, 'has a limit for the processor'],
    // With Always, which is the default for some tags, a node without a registry starts nothing.
    [imagePullPolicy !== 'IfNotPresent', 'pulls images that are there'],
  ]);
}

const told = (faults: readonly (readonly [unknown, string])[]) =>
  faults.filter(([isSo]) => isSo).map(([, fault]) => fault);

/** What a service's Deployment must have beyond that, so that it can be rolled out and drained unnoticed. */
export function serviceFaults({ metadata, spec }: Workload, environment: Record<string, string>): string[] {
  const { template, strategy } = spec;
  const [container] = template.spec?.containers ?? [];
  const { startupProbe, readinessProbe, livenessProbe, lifecycle, ports } = container ?? {};
  const seconds = (name: string) => Number(environment[name]);
  const preStop = lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = template.spec?.terminationGracePeriodSeconds ?? 0;
  return told([
    [!ports?.some(({ name }) => name === 'http'), 'has no port named http'],
    [startupProbe?.httpGet?.path !== '/livez', 'is not asked whether it has started'],
    [readinessProbe?.httpGet?.path !== '/readyz', 'is not asked whether it is ready'],
    [livenessProbe?.httpGet?.path !== '/livez', 'is not asked whether it lives'],
    [preStop < 5, 'ends before the gateway looks away'],
    [!(grace > preStop + seconds('SHUTDOWN_SECONDS')), 'is killed before it has ended'],
    // The service itself cuts it to a quarter of what it may take to end (packages/runtime/src/run-service.ts).
    [!(seconds('DRAIN_SECONDS') <= seconds('SHUTDOWN_SECONDS') * 0.225), 'drains for less than it says'],
    [strategy?.rollingUpdate?.maxUnavailable !== 0, 'has fewer replicas while it is rolled out'],
    [!template.spec?.topologySpreadConstraints?.length, 'has replicas on one node'],
  ]).map((fault) => `${metadata.name} ${fault}`);
}

/** What the gateway's own Deployment must have, so that a roll-out of it is unnoticed. */
export function gatewayFaults({ metadata, spec }: Workload): string[] {
  const [{ readinessProbe, livenessProbe, lifecycle } = {}] = spec.template.spec?.containers ?? [];
  return told([
    [readinessProbe?.httpGet?.path !== '/readyz', 'is not asked whether it leads anywhere'],
    [livenessProbe?.httpGet?.path !== '/livez', 'is not asked whether it lives'],
    [!((spec.minReadySeconds ?? 0) >= 5), 'is trusted before it knows all services'],
    [!lifecycle?.preStop?.sleep?.seconds, 'ends while it is still asked'],
    [spec.strategy?.rollingUpdate?.maxUnavailable !== 0, 'is away while it is rolled out'],
  ]).map((fault) => `${metadata.name} ${fault}`);
}
