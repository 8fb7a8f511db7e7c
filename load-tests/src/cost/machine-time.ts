import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** The time of all processors since boot, in ticks. */
export interface MachineTime {
  idle: number;
  total: number;
}

export function readMachineTime(): MachineTime {
  return existsSync('/proc/stat') ? timeInProcStat(readFileSync('/proc/stat', 'utf8')) : timeOfCpus();
}

/**
 * The share of the machine that was busy with anything. Time that the hypervisor gave to others (steal) counts as busy:
 * no process here could use it.
 */
export function busyShare(before: MachineTime, after: MachineTime): number {
  return 1 - (after.idle - before.idle) / (after.total - before.total);
}

/** proc_stat(5): user nice system idle iowait irq softirq steal; the guests after them are part of user and nice. */
export function timeInProcStat(text: string): MachineTime {
  const [line = ''] = text.split('\n');
  const fields = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, waiting = 0] = fields;
  return { idle: idle + waiting, total: sum(fields) };
}

function timeOfCpus(): MachineTime {
  const times = cpus().map((cpu) => cpu.times);
  return {
    idle: sum(times.map(({ idle }) => idle)),
    total: sum(times.flatMap((each) => Object.values(each))),
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
