import { KEPT_MB } from '../telemetry/span-segments.ts';

type Facts = {
  traceId: string;
  /** By the header of an event; undefined where only the id is known. */
  isSampled?: boolean;
  /** How long ago its event was published. */
  ageMs?: number;
  /** The setting of the user that sends traces elsewhere. */
  sentElsewhere: string | null;
};

/** Services export their spans within this time. */
const EXPORTED_WITHIN_MS = 10_000;

/** A sentence that tells why a trace has no spans here, and what to do. */
export function whyMissing({ traceId, isSampled, ageMs, sentElsewhere }: Facts): string {
  if (isSampled === false)
    return `The trace ${traceId} was not sampled: to sample every trace, start the system with OTEL_TRACES_SAMPLER=parentbased_always_on.`;
  if (sentElsewhere)
    return `The services do not send their traces here, because of ${sentElsewhere}: look for the trace ${traceId} there, or start the system again without it.`;
  if (ageMs !== undefined && ageMs < EXPORTED_WITHIN_MS)
    return `The spans of the trace ${traceId} have not been received yet: try again in a moment.`;
  const reason = isSampled ? 'it is forgotten already' : 'it was not sampled, or is forgotten already';
  return `No span of the trace ${traceId} is kept here: ${reason}. The newest ${KEPT_MB} MB of spans are kept.`;
}
