export type { ClaimLimits, Completed, JobBacklog, JobRow, JobWorkerOptions } from './job.ts';
export { createJobWorker, type JobWorker } from './job-worker.ts';
