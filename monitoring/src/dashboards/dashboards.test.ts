import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { alerts, rules } from '../alerts/rules.ts';
import { catalogue, readInstruments } from '../catalogue.ts';
import { readQuery } from '../promql.ts';
import { seriesOf } from '../series.ts';
import { dashboards } from './dashboards.ts';
import { dashboardFiles, folder } from './files.ts';
import { replaceVariables } from './variables.ts';

const situation = { rangeSeconds: 3_600, scrapeSeconds: 10 };
const panels = dashboards.flatMap(({ name, panels }) =>
  panels.map((panel) => ({ ...panel, place: `${name}: ${panel.title}` })),
);
const queries = panels.flatMap(({ place, queries }) =>
  Object.entries(queries).map(([legend, query]) => ({
    place,
    legend,
    ...readQuery(replaceVariables(query, situation)),
  })),
);

test('the files of Grafana are those that npm run dashboards writes', () => {
  const files = dashboardFiles();
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(files).sort());
  for (const [name, text] of Object.entries(files)) {
    assert.equal(readFileSync(join(folder, name), 'utf8'), text, `${name}: run npm run dashboards`);
  }
});

test('a dashboard has six to ten panels, each with a title of its own', () => {
  for (const { name, panels } of dashboards) {
    assert.ok(panels.length >= 6 && panels.length <= 10, `${name} has ${panels.length}`);
    assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length, name);
  }
});

test('a panel advises what to do when it looks wrong, and leads to the traces or to a runbook', () => {
  for (const { place, advice, links } of panels) {
    assert.match(advice, /.[.?]$/, place);
    assert.ok(
      links.some(({ title }) => /^(Traces|Runbook)/.test(title)),
      place,
    );
  }
});

test('the data sources that panels and links name are provisioned, each at a service of docker-compose.yml', () => {
  const read = (path: string) => parse(readFileSync(join(folder, path), 'utf8'), { merge: true });
  const { datasources } = read('../provisioning/datasources/datasources.yaml');
  const { services } = read('../../../docker-compose.yml');
  const uids = new Set(datasources.map(({ uid }: { uid: string }) => uid));
  for (const { url } of datasources) assert.ok(new URL(url).hostname in services, url);
  const named = Object.values(dashboardFiles()).flatMap((text) => [
    ...[...text.matchAll(/"uid": "([^"]+)"\n\s+\}/g)].map(([, uid]) => uid),
    ...[...text.matchAll(/%22datasource%22%3A%22([^%]+)%22/g)].map(([, uid]) => uid),
  ]);
  assert.deepEqual([...new Set(named)].sort(), ['jaeger', 'prometheus', 'victoria-logs']);
  for (const uid of named) assert.ok(uids.has(uid), uid);
});

test('a runbook that a panel names is the page of an alert', () => {
  const pages = new Set(alerts.map(({ name }) => name));
  for (const { place, links } of panels)
    for (const { url } of links) {
      const [, page] = /^\$\{runbooks\}\/(.*)$/.exec(url) ?? [];
      assert.ok(page === undefined || pages.has(page), `${place}: there is no alert ${page}`);
    }
});

test('a link that names the service of a series is at a panel whose series have one', () => {
  for (const { place, links, queries } of panels) {
    if (!links.some(({ url }) => url.includes(`\${__field.labels.job}`))) continue;
    for (const query of Object.values(queries)) assert.match(query, /\bby \([^)]*\bjob\b/, place);
  }
});

test('a legend names only labels that the query groups by', () => {
  for (const { place, legend, groupedBy } of queries)
    for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g))
      assert.ok(groupedBy.includes(label) || legend === '{{job}}', `${place}: ${label}`);
});

test('a gauge is read by now(), since Prometheus shows that of a dead process for five minutes', async () => {
  const gauges = (await readInstruments()).filter(({ kind }) => kind === 'gauge');
  const names = new Set(gauges.flatMap(seriesOf).map(([name]) => name));
  for (const { place, selectors } of queries)
    for (const { metric, hasWindow } of selectors)
      assert.ok(hasWindow || !names.has(metric), `${place}: ${metric} without now()`);
});

test('every series and label of a query is in the catalogue of instruments, or recorded by a rule', async () => {
  const known = await catalogue();
  const recorded = Object.values(rules({ speed: 1 }))
    .flat()
    .flatMap((rule) => ('record' in rule ? rule.record : []));
  const series = new Map([...recorded.map((name): [string, string[]] => [name, ['job']]), ...known]);
  for (const { place, selectors, groupedBy } of queries) {
    for (const { metric, labels } of selectors) {
      const has = series.get(metric);
      assert.ok(has, `${place}: no instrument is ${metric}`);
      for (const label of labels) assert.ok(has.includes(label), `${place}: ${metric} has no label ${label}`);
    }
    const labels = selectors.flatMap(({ metric }) => series.get(metric) ?? []);
    for (const label of groupedBy)
      assert.ok(labels.includes(label), `${place}: nothing has the label ${label}`);
  }
});
