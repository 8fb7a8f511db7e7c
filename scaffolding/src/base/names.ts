import { Failure } from '@repo/stack';

/** A name of several words in the forms in which code holds it. */
export interface Forms {
  /** stock-item */
  kebab: string;
  /** stockItem */
  camel: string;
  /** StockItem */
  pascal: string;
  /** stock_item */
  snake: string;
  /** STOCK_ITEM */
  upper: string;
}

/** @throws Failure when the name is no kebab-case word, such as `stock-item` */
export function formsOf(name: string, what = 'A name'): Forms {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name)) {
    throw new Failure(
      `${what} is a word in lower case, or several with hyphens (stock-item), not "${name}".`,
    );
  }
  const words = name.split('-');
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const snake = words.join('_');
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  return { kebab: name, camel, pascal, snake, upper: snake.toUpperCase() };
}

/** The plural of a noun in kebab case: `shipment` to `shipments`, `delivery` to `deliveries`. */
export function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  if (/(s|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  return `${noun}s`;
}
