import { domain } from '../domain/domain.ts';
import { events } from './events.ts';
import { jobs } from './jobs.ts';
import { overview } from './overview.ts';
import type { Dashboard } from './panel.ts';
import { postgres } from './postgres.ts';
import { services } from './services.ts';

/** All dashboards, in the order in which to look at them. */
export const dashboards: readonly Dashboard[] = [
  overview,
  ...domain.dashboards,
  events,
  jobs,
  services,
  postgres,
];
