import { disturb, type Heal } from './faults.ts';
import type { Site } from './site.ts';

/** Cuts the collector off: from the services, and from Prometheus, which reads its own metrics. */
export async function cutCollector(site: Site): Promise<Heal> {
  const heals = [
    await disturb(site, 'collector', 'reject'),
    await disturb(site, 'collector telemetry', 'reject'),
  ];
  return () => Promise.all(heals.map((heal) => heal()));
}

/** Refuses the traces and logs that the collector delivers. */
export async function refuseTelemetry({ nowhere }: Site): Promise<Heal> {
  nowhere.answer(400);
  return async () => nowhere.answer(200);
}
