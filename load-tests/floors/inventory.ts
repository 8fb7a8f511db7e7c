// The hand-written pipeline: reserves the stock of placed orders, and sells that of confirmed ones.

import { openStage } from './pipeline/stage.ts';
import { reportReady } from './process.ts';

const RESERVE_OR_SELL = `
  with received as (
    select id, type, key, data -> 'lines' as lines
    from json_to_recordset($1) as received (id uuid, type text, key uuid, data json)
  ), fresh as (
    insert into inbox (id)
    select id
    from received
    on conflict do nothing
    returning id
  ), new as (
    select type, key, lines
    from received join fresh on fresh.id = received.id
  ), changes as (
    select sku, sum(case type when 'order.placed' then quantity else -quantity end) as reserved,
      sum(case type when 'order.placed' then 0 else quantity end) as sold
    from new, json_to_recordset(lines) as line (sku text, quantity integer)
    group by sku
  ), changed as (
    insert into stock as old (sku, reserved, sold)
    select sku, reserved, sold
    from changes
    order by sku
    on conflict (sku) do update
    set reserved = old.reserved + excluded.reserved, sold = old.sold + excluded.sold
  ), reservations as (
    insert into reservations (order_id, lines)
    select key, lines
    from new
    where type = 'order.placed'
  )
  insert into outbox (type, key, data)
  select 'stock.reserved', key, json_build_object('orderId', key)
  from new
  where type = 'order.placed'`;

const stage = await openStage('inventory');
await stage.consume(['order.events'], ['order.placed', 'order.confirmed'], {
  name: 'reserve-or-sell',
  text: RESERVE_OR_SELL,
});
reportReady('');
