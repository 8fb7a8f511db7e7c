export { fingerprintOf } from './fingerprint.ts';
export type { StoredAnswer } from './key-store.ts';
export {
  createOnce,
  type KeyedRequest,
  type Once,
  type OnceOptions,
} from './once.ts';
export { decidedRefusal, type Outcome } from './outcome.ts';
export { answerOnce, keyHeader, requireKey } from './route.ts';
export { createKeySweeper } from './sweep-keys.ts';
