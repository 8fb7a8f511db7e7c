export { createDueWorker, type DueOptions, type DueRow, type DueWorker } from './due.ts';
