export {
  createDueWorker,
  type Done,
  type DueOptions,
  type DueRow,
  type DueWorker,
  type ClaimLimits,
} from './job-worker.ts';
