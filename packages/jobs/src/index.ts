export {
  type ClaimLimits,
  type Completed,
  createJobWorker,
  type JobRow,
  type JobWorker,
  type JobWorkerOptions,
} from './job-worker.ts';
