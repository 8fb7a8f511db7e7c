import { randomBytes } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { isUntrusted } from './spans.ts';

const NAMES = /^(parentbased_)?(always_on|always_off|traceidratio)$/;

/**
 * Opens the sampler that the environment names, by the names of OpenTelemetry's specification. A parent-based sampler
 * follows the decision of the parent, but of an untrusted caller only if TRUST_TRACE_FLAGS is true.
 *
 * @throws Error for an unknown name or an invalid ratio
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
 * Samples the trace of an untrusted caller as a new trace, by an id of our own: the caller chooses its trace id, and
 * could choose one that is always recorded.
 */
function withoutTrust(sampler: Sampler): Sampler {
  return {
    shouldSample(context, traceId, ...rest) {
      if (!isUntrusted(context)) return sampler.shouldSample(context, traceId, ...rest);
      return sampler.shouldSample(trace.deleteSpan(context), randomBytes(16).toString('hex'), ...rest);
    },
    toString: () => `WithoutTrust{${sampler.toString()}}`,
  };
}
