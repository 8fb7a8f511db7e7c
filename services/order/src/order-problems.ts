import { defineProblem } from '@repo/http';

// The types of problem that only this service has.

export const orderNotCancellable = defineProblem('order-not-cancellable', 409, 'The order has ended');
export const orderNotEnded = defineProblem('order-not-ended', 409, 'The order has not ended');
export const unknownProduct = defineProblem('unknown-product', 422, 'A product is not known');
export const mixedCurrencies = defineProblem('mixed-currencies', 422, 'The products have several currencies');
