import type { Change } from '../base/change.ts';
import { cut } from '../base/text-edits.ts';

const SHOP = 'monitoring/src/domain';
const TEMPLATE = 'scaffolding/templates/monitoring/src/domain.ts';

/** Removes what the shop adds to objectives, alerts and dashboards, with the pages of its alerts. */
export function removeShopMonitoring(change: Change): void {
  for (const file of change.files().filter((path) => path.startsWith(`${SHOP}/`))) {
    for (const [, name] of change.read(file).matchAll(/\b(?:name|code|alert): '([a-z-]+)'/g))
      change.remove(`docs/runbooks/${name}.md`);
  }
  change.remove(SHOP);
  const template = change.read(TEMPLATE);
  change.create(`${SHOP}/domain.ts`, template.replace('@repo/monitoring/extension', '../extension.ts'));
  change.edit(
    'docs/dashboards.md',
    ...['One order', 'Money'].map((title) => cut(new RegExp(`^\\*\\*${title}\\*\\* .*\\n\\n`, 'm'))),
    cut(/\n^`npm run test:dashboards` .*\n/m),
  );
  change.edit('docs/observability.md', cut(/\n## Tests\n\n`npm run test:monitoring` .*\n/));
  change.edit('docs/runbooks/README.md', cut(/; `npm run test:alerts` [^(]*(?= \()/));
}
