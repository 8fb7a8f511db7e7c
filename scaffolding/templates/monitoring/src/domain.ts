import type { Extension } from '@repo/monitoring/extension';

/**
 * What your domain adds to the objectives, alerts and dashboards that every system of services has. An alert needs a page in
 * docs/runbooks with its row in the README there, and a case in which it fires; `npm run alerts` and `npm run dashboards`
 * write the files.
 */
export const domain: Extension = {
  objectives: [],
  unmeasured: [],
  causes: [],
  alarms: [],
  cases: { objectives: [], causes: [] },
  overview: { figures: [], graphs: [] },
  dashboards: [],
};
