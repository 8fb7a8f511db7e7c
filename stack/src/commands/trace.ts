import { styleText } from 'node:util';
import type { ReceivedRecord } from '@repo/events';
import { isSampled, traceIdOf } from '@repo/observability';
import { command, wrongUse } from '../cli/command.ts';
import { whyMissing } from '../cli/missing-trace.ts';
import { readStory } from '../clients/read-story.ts';
import { isSystemRunning, readControl, readRunning } from '../control/running.ts';
import { Failure } from '../failure.ts';
import { interruption } from '../supervisor/interruption.ts';
import { stateFolder } from '../supervisor/state-folder.ts';
import { findSpans, KEPT_MB, segmentFolder } from '../telemetry/span-segments.ts';
import { occurredAt } from '../text/event-lines.ts';
import { printable } from '../text/printable.ts';
import { rootsOf, traceTree } from '../text/trace-tree.ts';
import { correlation } from '../topology.ts';

const { option } = correlation;

const usage = `
npm run trace -- ID
npm run trace -- --trace TRACE_ID

Prints the traces of one ${option} as trees: service, span, start and duration, and the number of SQL statements. Each request
that changed the ${option} began a trace. Its events on Kafka lead to the traces; the newest ${KEPT_MB} MB of spans are kept on
disk, also when the system is started again.

  ID        the ${option}: a UUID
  --trace   one trace by its id, also while no system runs
`;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const TRACE_ID = /^[\da-f]{32}$/i;
const dir = stateFolder();

await command(usage, { trace: { type: 'string' } }, async ({ values: { trace }, positionals }) => {
  const [id, ...rest] = positionals;
  const extra = trace === undefined ? rest[0] : id;
  if (extra) throw wrongUse(usage, `Unknown argument "${extra}".`);
  if (trace !== undefined) return showTrace(trace);
  if (!id) throw wrongUse(usage, `The ${option} is missing.`);
  if (!UUID.test(id)) throw new Failure(`An ${option} is named by its id, a UUID; "${id}" is none.`);
  return showStory(id);
});

async function showTrace(given: string): Promise<number> {
  if (!TRACE_ID.test(given)) throw new Failure(`A trace id has 32 hexadecimal digits; "${given}" is none.`);
  const traceId = given.toLowerCase();
  const lines = await linesOf(traceId);
  if (!lines) throw new Failure(whyMissing({ traceId, sentElsewhere: sentElsewhere() }));
  for (const line of lines) console.log(line);
  return 0;
}

async function showStory(id: string): Promise<number> {
  const events = await readStory(readRunning(dir).servers.kafka, id, interruption());
  if (events.length === 0)
    throw new Failure(
      `There are no events of the ${option} ${id}: it does not exist, or the topics no longer have them.`,
    );
  const traces = Map.groupBy(events, ({ headers }) => traceIdOf(headers));
  traces.delete(undefined);
  if (traces.size === 0) throw new Failure(`No event of the ${option} ${id} names a trace.`);
  const missing: string[] = [];
  for (const [traceId = '', [first]] of traces) {
    const lines = await linesOf(traceId);
    if (!lines) missing.push(reasonFor(traceId, first as ReceivedRecord));
    for (const line of lines ?? []) console.log(line);
  }
  // What is missing beside a trace that is shown is no error.
  if (missing.length === traces.size) throw new Failure(missing.join('\n'));
  for (const reason of missing) console.log(`\n${reason}`);
  return 0;
}

/** A trace as a tree, and the command that shows its log lines; undefined where it has no spans. */
async function linesOf(traceId: string): Promise<string[] | undefined> {
  const spans = await findSpans(segmentFolder(dir), traceId);
  const [root] = rootsOf(spans);
  if (!root) return undefined;
  const began = new Date(root.startMs).toISOString();
  return [
    `\n  ${styleText('bold', printable(root.name))}, ${began}, trace ${traceId}`,
    ...traceTree(spans),
    styleText('dim', `  npm run logs -- --trace ${traceId}   shows its log lines`),
  ];
}

function reasonFor(traceId: string, event: ReceivedRecord): string {
  const ageMs = Date.now() - occurredAt(event);
  return whyMissing({ traceId, isSampled: isSampled(event.headers), ageMs, sentElsewhere: sentElsewhere() });
}

/** While no system runs, it is not known. */
function sentElsewhere(): string | null {
  return isSystemRunning(dir) ? readControl(dir).sentElsewhere.traces : null;
}
