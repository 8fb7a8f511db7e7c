export type { HttpOptions } from './options.ts';
export type { Access, Caller, IdentityOptions } from './requests/auth.ts';
export { deferPreconditions } from './requests/conditional-requests.ts';
export * as fields from './requests/fields.ts';
export { IdentityConfig } from './requests/identity-config.ts';
export {
  type Preconditions,
  preconditionFailure,
  type Representation,
  requiredPreconditionFailure,
} from './requests/preconditions.ts';
export { etagOf, sendVersioned } from './responses/etag.ts';
export { ifMatch, noContent } from './responses/openapi.ts';
export { pageQuery, sendPage, timeAndId } from './responses/page.ts';
export {
  defineProblem,
  type FieldError,
  PROBLEM_MEDIA_TYPE,
  Problem,
  problem,
  problemBody,
} from './responses/problem.ts';
export { callerOf, createHttpServer, type HttpServer } from './server.ts';
