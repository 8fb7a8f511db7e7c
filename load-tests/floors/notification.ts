// The hand-written pipeline: stores a message for the customer of each confirmed order.

import { openStage } from './pipeline/stage.ts';
import { reportReady } from './process.ts';

const WRITE = `
  with received as (
    select id, key
    from json_to_recordset($1) as received (id uuid, key uuid)
  ), fresh as (
    insert into inbox (id)
    select id
    from received
    on conflict do nothing
    returning id
  )
  insert into messages (id, order_id)
  select received.id, key
  from received join fresh on fresh.id = received.id`;

const stage = await openStage('notification');
await stage.consume(['order.events'], ['order.confirmed'], { name: 'write', text: WRITE });
reportReady('');
