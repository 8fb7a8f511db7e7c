import { limits } from '../objectives.ts';
import { runbook } from './links.ts';
import { above, figure } from './panel.ts';

/** The rules record the result of each reconciliation, which is a short process. */
export const differences = figure('Differences in the books', {
  unit: 'none',
  limit: above(limits.differences),
  advice:
    'Of the latest npm run reconcile within three days. It names each difference; its page explains which ones --apply repairs.',
  queries: { '{{job}}': 'last_over_time(job:reconciliation_differences:max[3d])' },
  links: [runbook('reconciliation-differences')],
});
