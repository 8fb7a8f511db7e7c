import { project } from '../project.ts';
import { lastLogLineOf } from '../supervisor/processes/last-log-line.ts';
import { ask } from './ask-docker.ts';

/** The fields of `docker inspect` that are read. */
export type Container = {
  Id: string;
  State: {
    Status: string;
    ExitCode: number;
    OOMKilled: boolean;
    StartedAt: string;
    Health?: { Status: string };
  };
  HostConfig: { Memory: number };
  Config: { Labels: Record<string, string> };
};

/**
 * Explains why containers of a project do not run, each in one sentence that names the next step.
 *
 * @param project its name
 */
export function explainContainers(project: string): string[] {
  const ids = containersOf(project, ['--all']);
  if (ids.length === 0) return [];
  const containers = JSON.parse(ask(['inspect', ...ids]).answer || '[]') as Container[];
  return containers.flatMap((container) => explainContainer(container) ?? []);
}

/** Explains the missing images of the compose file: they could not be built or pulled. */
export function explainImages(): string[] {
  const images = new Set(ask(['compose', 'config', '--images']).answer.split('\n').filter(Boolean));
  const missing = [...images].filter((image) => !ask(['image', 'inspect', image]).answer);
  return missing.map((image) =>
    image.startsWith(`${project.name}/`)
      ? `The image ${image} could not be built: docker compose build shows why.`
      : `The image ${image} cannot be pulled: docker pull ${image} shows why. (Is its registry reachable from here?)`,
  );
}

/** Whether a container of a project runs. */
export function isRunning(project: string): boolean {
  return containersOf(project).length > 0;
}

function containersOf(project: string, options: string[] = []): string[] {
  const filter = `label=com.docker.compose.project=${project}`;
  const { answer } = ask(['ps', '--quiet', ...options, '--filter', filter]);
  return answer.split('\n').filter(Boolean);
}

/** Explains why a container does not run; undefined for one that runs or has succeeded. */
export function explainContainer(
  container: Container,
  logOf: (container: Container) => string = readLog,
): string | undefined {
  const { State, HostConfig, Config } = container;
  const service = Config.Labels['com.docker.compose.service'] ?? '';
  const log = `docker compose logs ${service}`;
  if (State.OOMKilled) {
    const limit = Math.round(HostConfig.Memory / 2 ** 20);
    return `${service} needed more memory than its limit of ${limit} MB: raise its mem_limit in docker-compose.yml.`;
  }
  if (State.Health?.Status === 'unhealthy') return `${service} does not become healthy: ${log} shows why.`;
  if (State.Status !== 'exited' || State.ExitCode === 0) return undefined;
  // The last line of a failed step names the next step.
  const line = lastLogLineOf(logOf(container));
  return `${service} ended with status ${State.ExitCode}: ${line || `${log} shows why.`}`;
}

/** The log since the last start: earlier lines do not explain this exit. */
function readLog({ Id, State }: Container): string {
  const { answer, errors } = ask(['logs', '--since', State.StartedAt, Id]);
  return `${answer}\n${errors}`;
}
