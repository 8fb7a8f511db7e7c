export {
  createDueWorker,
  type Done,
  type DueOptions,
  type DueRow,
  type DueWorker,
  type Room,
} from './job-worker.ts';
