export { createDueWorker, type Done, type DueOptions, type DueRow, type DueWorker } from './due.ts';
