export type { ClaimLimits, Completed, JobRow, JobWorkerOptions } from './job.ts';
export { createJobWorker, type JobWorker } from './job-worker.ts';
