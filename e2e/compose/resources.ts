import { docker } from './project.ts';

const SAMPLES = 5;
const ROUNDS = 8;

export interface Resources {
  megabytes: number;
  cores: number;
}

/**
 * The resources of a system without load. For about a minute after its start and its first orders it still compiles code
 * and clears up, so it is measured again until it uses at most `calmCores`.
 */
export async function measureIdle(project: string, calmCores: number): Promise<Resources> {
  for (let round = 1; ; round++) {
    const resources = await measureResources(project);
    if (resources.cores <= calmCores || round === ROUNDS) return resources;
  }
}

/** The memory and processors that all containers of a project use: the mean of some samples of `docker stats`. */
async function measureResources(project: string): Promise<Resources> {
  const ofProject = ['ps', '--quiet', '--filter', `label=com.docker.compose.project=${project}`];
  const ids = (await docker(ofProject)).split('\n').filter(Boolean);
  const samples: Resources[] = [];
  for (let count = 0; count < SAMPLES; count++) samples.push(await sample(ids));
  const mean = (read: (one: Resources) => number) =>
    samples.reduce((sum, one) => sum + read(one), 0) / samples.length;
  return { megabytes: mean(({ megabytes }) => megabytes), cores: mean(({ cores }) => cores) };
}

async function sample(ids: string[]): Promise<Resources> {
  const lines = await docker(['stats', '--no-stream', '--format', '{{.MemUsage}} {{.CPUPerc}}', ...ids]);
  const rows = lines.split('\n').map((line) => /^([\d.]+)(\w+) .* ([\d.]+)%$/.exec(line) ?? []);
  const sum = (read: (row: string[]) => number) =>
    rows.reduce((total, row) => total + read(row as string[]), 0);
  return {
    megabytes: sum(([, value, unit]) => (Number(value) * (UNITS[unit as string] ?? Number.NaN)) / 1e6),
    cores: sum(([, , , percent]) => Number(percent) / 100),
  };
}

const UNITS: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
