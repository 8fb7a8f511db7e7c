export type { Access, Caller, IdentityOptions } from './auth.ts';
export { closeInOrder } from './close-in-order.ts';
export { deferPreconditions } from './conditional-requests.ts';
export { etagOf, sendVersioned } from './etag.ts';
export * as fields from './fields.ts';
export { ifMatch, noContent } from './openapi.ts';
export type { HttpOptions } from './options.ts';
export { pageQuery, sendPage, timeAndId } from './page.ts';
export {
  type Preconditions,
  preconditionFailure,
  type Representation,
  requiredPreconditionFailure,
} from './preconditions.ts';
export {
  type FieldError,
  PROBLEM_MEDIA_TYPE,
  Problem,
  type ProblemType,
  problem,
  problemBody,
} from './problem.ts';
export { callerOf, createHttpServer, type HttpServer } from './server.ts';
export { ProcessConfig, runService, type Service, shutdownTimings } from './service.ts';
