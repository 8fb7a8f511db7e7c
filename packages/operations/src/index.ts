export { addDeadLetters } from './dead-letter-routes.ts';
