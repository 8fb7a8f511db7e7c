export { fingerprintOf } from './fingerprint.ts';
export {
  createIdempotentHandler,
  type IdempotentHandler,
  type IdempotentHandlerOptions,
} from './idempotent-handler.ts';
export type { StoredResponse } from './key-store.ts';
export type { KeyedRequest, Perform, Performed } from './keyed-request.ts';
export { decidedRefusal, type Outcome } from './outcome.ts';
export { keyHeader, replyIdempotently, requireKey } from './reply-idempotently.ts';
export { createKeySweeper } from './sweep-keys.ts';
