import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { test } from 'node:test';
import { catalogue } from '../catalogue.ts';
import { readQuery } from '../promql.ts';
import { alarms } from './alarms.ts';
import { cases } from './cases/promtool-tests.ts';
import { scrapedSeries } from './pipeline.ts';
import { alerts, type Rule, type RuleFiles, ruleFiles, rules } from './rules.ts';

const root = resolve(import.meta.dirname, '../../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const everyRule = Object.entries(rules({ speed: 1 })) as [keyof RuleFiles, Rule[]][];
const names = new Set(alerts.map(({ name }) => name));

test('the files of the rules are what npm run alerts writes', () => {
  for (const [name, content] of ruleFiles({ speed: 1 })) {
    assert.equal(text(`monitoring/prometheus/rules/${name}`), content, `npm run alerts changes ${name}`);
  }
});

test('every metric and label that a rule reads is an instrument, scraped, or an earlier rule', async () => {
  const known = new Map([...(await catalogue()), ...scrapedSeries]);
  for (const [, rules] of everyRule)
    for (const rule of rules) if ('record' in rule) known.set(rule.record, ['job']);
  const unknown = everyRule
    .flatMap(([, rules]) => rules)
    .flatMap(({ expr }) => {
      const { selectors, groupedBy } = readQuery(expr);
      const isOfAny = (label: string) => selectors.some(({ metric }) => known.get(metric)?.includes(label));
      return [
        ...selectors.filter(({ metric }) => !known.has(metric)).map(({ metric }) => metric),
        ...selectors.flatMap(({ metric, labels }) =>
          labels.filter((label) => !known.get(metric)?.includes(label)).map((label) => `${metric}{${label}}`),
        ),
        ...groupedBy.filter((label) => !isOfAny(label)).map((label) => `by (${label})`),
      ];
    });
  assert.deepEqual([...new Set(unknown)], []);
});

test('every alert has its page, every page has an alert, and the list of pages names all', () => {
  const pages = globSync('*.md', { cwd: join(root, 'docs/runbooks') })
    .map((page) => basename(page, '.md'))
    .filter((page) => page !== 'README');
  assert.deepEqual(pages.sort(), [...names].sort());
  const listed = text('docs/runbooks/README.md')
    .matchAll(/^\| \[([a-z-]+)\]\(\1\.md\) \|/gm)
    .map(([, name]) => name);
  assert.deepEqual([...listed].sort(), [...names].sort());
});

test('every alarm that the code can raise has an alert, and every alert of an alarm has its alarm', () => {
  const raised = globSync('{services,packages}/*/src/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) =>
      text(file)
        .matchAll(/\balarm\(\s*'([a-z-]+)',/g)
        .toArray(),
    )
    .map(([, code]) => code);
  assert.deepEqual(alarms.map(({ name }) => name).sort(), [...new Set(raised)].sort());
});

test('every rule of an alert is seen to fire, to be quiet before, and to be quiet again', () => {
  const untested = alerts.filter(({ name, labels = {} }) => {
    const own = Object.values(cases)
      .flat()
      .filter(
        (one) =>
          one.alert === name &&
          Object.entries(labels).every(([label, value]) => one.labels?.[label] === value),
      );
    return !own.some(
      ({ fires, quietAt }) =>
        fires && quietAt.some((minute) => minute < fires.at) && quietAt.some((minute) => minute > fires.at),
    );
  });
  assert.deepEqual(
    untested.map(({ name, labels }) => ({ name, labels })),
    [],
  );
});

test('every alert reports what it has measured, for whom, and where to read on', () => {
  for (const [, rules] of everyRule) {
    for (const rule of rules) {
      if (!('alert' in rule)) continue;
      assert.deepEqual(Object.keys(rule.annotations), ['summary', 'description', 'runbook', 'runbook_url']);
      assert.ok(rule.labels.severity && rule.labels.service, rule.alert);
      if (!rule.expr.includes('absent'))
        assert.match(rule.annotations.description ?? '', /\$value/, rule.alert);
    }
  }
});

test('rules of a drill differ from those of production in their times alone', () => {
  // Ranges, offsets, waits, and the seconds that ages and intervals are compared with.
  const times = /\[\w+\]|offset \w+|(for|interval): \w+|< \d+ unless|\* \d+ >=/g;
  const timeless = (speed: number) =>
    [...ruleFiles({ speed }).values()].map((text) => text.replaceAll(times, 'T'));
  assert.deepEqual(timeless(60), timeless(1));
  assert.notDeepEqual([...ruleFiles({ speed: 60 })], [...ruleFiles({ speed: 1 })]);
});
