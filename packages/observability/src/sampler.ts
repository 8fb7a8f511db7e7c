import { randomBytes } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { isFromStranger } from './trace.ts';

const NAMES = /^(parentbased_)?(always_on|always_off|traceidratio)$/;

/**
 * The sampler that the environment asks for, by the names of OpenTelemetry's specification. Those that are based on the
 * parent leave it to the parent whether a trace is recorded, but not to a stranger's, unless TRUST_TRACE_FLAGS is true.
 *
 * @throws Error for a name or a ratio that there is not
 */
export function openSampler(env: NodeJS.ProcessEnv): Sampler {
  const name = env.OTEL_TRACES_SAMPLER || 'parentbased_always_on';
  const [, isParentBased, root] = NAMES.exec(name) ?? [];
  if (!root)
    throw new Error(
      `OTEL_TRACES_SAMPLER is always_on, always_off or traceidratio, or one of these after parentbased_, not "${name}".`,
    );
  const sampler = openRoot(root, env.OTEL_TRACES_SAMPLER_ARG || '1');
  if (!isParentBased) return sampler;
  const parentBased = new ParentBasedSampler({ root: sampler });
  return env.TRUST_TRACE_FLAGS === 'true' ? parentBased : withoutTrust(parentBased);
}

function openRoot(name: string, ratio: string): Sampler {
  if (name !== 'traceidratio') return name === 'always_on' ? new AlwaysOnSampler() : new AlwaysOffSampler();
  if (!(Number(ratio) >= 0 && Number(ratio) <= 1))
    throw new Error(`OTEL_TRACES_SAMPLER_ARG is a ratio from 0 to 1, not "${ratio}".`);
  return new TraceIdRatioBasedSampler(Number(ratio));
}

/**
 * Decides of a trace that a stranger began as if it began here, by an id of our own: from theirs, which they choose,
 * the decision could be foreseen.
 */
function withoutTrust(sampler: Sampler): Sampler {
  return {
    shouldSample(context, traceId, ...rest) {
      if (!isFromStranger(context)) return sampler.shouldSample(context, traceId, ...rest);
      return sampler.shouldSample(trace.deleteSpan(context), randomBytes(16).toString('hex'), ...rest);
    },
    toString: () => `WithoutTrust{${sampler.toString()}}`,
  };
}
