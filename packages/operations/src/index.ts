export { type ComparedOrder, type OrderPage, writeOrders } from './compared-orders.ts';
export { addDeadLetters } from './dead-letter-routes.ts';
export { type Difference, type Healer, readReconcileArguments, runReconcile } from './reconcile.ts';
