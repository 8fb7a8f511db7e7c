export { isCurrency } from './currency.ts';
export { formatMoney } from './format-money.ts';
