import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profilePage } from './page.ts';

const leaf = {
  name: '</script><script>alert(1)',
  place: 'a.ts:1',
  origin: 'ours' as const,
  value: 1,
  self: 1,
  children: [],
};
const page = profilePage({
  title: 'CPU profile of $& <b>order</b>',
  facts: '20 s',
  unit: 'ms',
  tables: [],
  tree: { ...leaf, name: 'all', children: [leaf] },
});

test('the page names no other file and no host from which a browser would load something', () => {
  assert.doesNotMatch(page, /<(script|link|img|iframe)[^>]* (src|href)=/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
});

test('a name of a profile cannot end the element that holds it', () => {
  const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  assert.equal(JSON.parse(data).tree.children[0].name, leaf.name);
  assert.equal(JSON.parse(data).title, 'CPU profile of $& <b>order</b>');
});
