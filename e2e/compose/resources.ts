import { docker } from './project.ts';

/** What the containers of a project use, all together, by `docker stats`. */
export async function measureResources(project: string): Promise<{ megabytes: number; cores: number }> {
  const ids = (await docker(['ps', '--quiet', '--filter', `label=com.docker.compose.project=${project}`]))
    .split('\n')
    .filter(Boolean);
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
