export { closeInOrder } from './close-in-order.ts';
export { ProcessConfig, runService, type Service, shutdownTimings } from './run-service.ts';
