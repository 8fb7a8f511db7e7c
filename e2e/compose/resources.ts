import { docker } from './project.ts';

const SAMPLES = 5;

/** The memory and processors that all containers of a project use: the mean of some samples of `docker stats`. */
export async function measureResources(project: string): Promise<{ megabytes: number; cores: number }> {
  const ofProject = ['ps', '--quiet', '--filter', `label=com.docker.compose.project=${project}`];
  const ids = (await docker(ofProject)).split('\n').filter(Boolean);
  const samples: { megabytes: number; cores: number }[] = [];
  for (let count = 0; count < SAMPLES; count++) samples.push(await sample(ids));
  const mean = (read: (one: { megabytes: number; cores: number }) => number) =>
    samples.reduce((sum, one) => sum + read(one), 0) / samples.length;
  return { megabytes: mean(({ megabytes }) => megabytes), cores: mean(({ cores }) => cores) };
}

async function sample(ids: string[]) {
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
