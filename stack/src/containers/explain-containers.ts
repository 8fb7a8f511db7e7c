import { project } from '../project.ts';
import { lastLogLineOf } from '../supervisor/processes/last-log-line.ts';
import { ask } from './ask-docker.ts';

/** A container as `docker inspect` describes it, of which only this is looked at. */
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
 * Why containers of a project do not run, each in one sentence that says what to do.
 *
 * @param project its name
 */
export function explainContainers(project: string): string[] {
  const ids = containersOf(project, ['--all']);
  if (ids.length === 0) return [];
  const containers = JSON.parse(ask(['inspect', ...ids]).answer || '[]') as Container[];
  return containers.flatMap((container) => explainContainer(container) ?? []);
}

/** The images of the compose file that are not here: they could not be built or pulled. */
export function explainImages(): string[] {
  const images = new Set(ask(['compose', 'config', '--images']).answer.split('\n').filter(Boolean));
  const missing = [...images].filter((image) => !ask(['image', 'inspect', image]).answer);
  return missing.map((image) =>
    image.startsWith(`${project.name}/`)
      ? `The image ${image} could not be built: docker compose build says why.`
      : `The image ${image} cannot be pulled: docker pull ${image} says why. (Is its registry reachable from here?)`,
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

/** What is wrong with a container; nothing where all is well. */
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
  if (State.Health?.Status === 'unhealthy') return `${service} does not become healthy: ${log} says why.`;
  if (State.Status !== 'exited' || State.ExitCode === 0) return undefined;
  // A step that has failed has said in its last line what to do.
  const words = lastLogLineOf(logOf(container));
  return `${service} ended with status ${State.ExitCode}: ${words || `${log} says why.`}`;
}

/** Since its last start: what it said before has no bearing on this end. */
function readLog({ Id, State }: Container): string {
  const { answer, errors } = ask(['logs', '--since', State.StartedAt, Id]);
  return `${answer}\n${errors}`;
}
