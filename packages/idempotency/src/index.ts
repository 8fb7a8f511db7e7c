export { fingerprintOf } from './fingerprint.ts';
export type { StoredAnswer } from './key-store.ts';
export {
  createOnce,
  decidedRefusal,
  type KeyedRequest,
  type Once,
  type OnceOptions,
  type Outcome,
} from './once.ts';
export { answerOnce, keyHeader, requireKey } from './route.ts';
export { createKeySweeper } from './sweep-keys.ts';
