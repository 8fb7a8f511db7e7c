export { addDeadLetters, operators } from './dead-letter-routes.ts';
export { type Difference, type Healer, readReconcileArguments, runReconcile } from './reconcile.ts';
export { type RecordPage, writeRecords } from './record-list.ts';
