import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProjectFacts, respell } from './respell.ts';

const facts = (name: string, title: string, domain = `${name}.example`): ProjectFacts => ({
  name,
  title,
  domain,
});

const CASES: [from: string, to: string][] = [
  ['image: oldname/order, OLDNAME_TAG', 'image: new-shop/order, NEW_SHOP_TAG'],
  ['Oldname’s folder `.oldname/`, oldname_postgres', 'New Shop’s folder `.new-shop/`, new-shop_postgres'],
  ['https://oldname.example/problems, oldname\\.example', 'https://new.test/problems, new\\.test'],
  ['ce_oldnamepoison, isOldnameFolder', 'ce_newshoppoison, isNewShopFolder'],
  ['oldname.orders.open', 'new-shop.orders.open'],
];

test('a name of one word is replaced in each of its forms, and so is the new name by a third', () => {
  const [first, second] = [facts('oldname', 'Oldname'), facts('new-shop', 'New Shop', 'new.test')];
  for (const [before, after] of CASES) assert.equal(respell(first, second)(before), after);
  const third = facts('acme', 'Acme');
  const back = CASES.map(([, after]) => respell(second, third)(after)).join('\n');
  assert.match(back, /image: acme\/order, ACME_TAG/);
  assert.match(back, /ce_acmepoison, isAcmeFolder/);
  assert.doesNotMatch(back, /new|shop/i);
});
