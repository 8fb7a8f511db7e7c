import fc from 'fast-check';

/** An action on an order, or on the products while it is open. */
export type Act =
  /** The customer cancels, perhaps again; the first answer may get lost. */
  | { does: 'cancel'; when: Moment; again: 'no' | 'same key' | 'other key'; loses: number | null }
  /** Another customer tries to cancel it. */
  | { does: 'interfere'; when: Moment }
  | { does: 'read'; when: Moment }
  | { does: 'delete'; when: Moment }
  | { does: 'restock'; sku: string; quantity: number }
  | { does: 'reprice'; sku: string; priceCents: number }
  | { does: 'delist'; sku: string }
  /** Events are published again; each pick is a position among them, in thousandths. */
  | { does: 'redeliver'; of: 'the last' | 'all'; picks: number[] };

/** At once, when an event of this kind has been published for the order, or after its end. */
export type Moment = 'at once' | 'reserved' | 'paid' | 'ended';

/** One order, and the actions around it. */
export interface Story {
  lines: { sku: string; quantity: number }[];
  paymentToken: string;
  /** How many copies are sent at the same time, and how many ms the client waits before it hangs up and repeats the request. */
  sending: { copies: number; loses: number | null };
  acts: Act[];
}

export const PRODUCTS = [
  ...['PLENTY-1', 'PLENTY-2', 'PLENTY-3', 'PLENTY-4'].map((sku) => ({ sku, stock: 1_000_000 })),
  ...['SCARCE-1', 'SCARCE-2', 'SCARCE-3'].map((sku) => ({ sku, stock: 20 })),
  ...Array.from({ length: 9 }, (_, index) => ({ sku: `FADING-${index + 1}`, stock: 1_000 })),
  { sku: 'EMPTY', stock: 0 },
];

const kind = (prefix: string) =>
  fc.constantFrom(...PRODUCTS.flatMap(({ sku }) => (sku.startsWith(prefix) ? sku : [])));
const oneOf = <Choice>(choices: [weight: number, Choice][]) =>
  fc.oneof(...choices.map(([weight, choice]) => ({ weight, arbitrary: fc.constant(choice) })));

const sku = fc.oneof(
  { weight: 24, arbitrary: kind('PLENTY') },
  { weight: 8, arbitrary: kind('SCARCE') },
  { weight: 1, arbitrary: kind('FADING') },
  { weight: 2, arbitrary: kind('EMPTY') },
);
const moment = oneOf<Moment>([
  [3, 'at once'],
  [3, 'reserved'],
  [3, 'paid'],
  [1, 'ended'],
]);
/** About as long as a whole answer takes. */
const patienceMs = fc.integer({ min: 1, max: 12 });
const patience = fc.option(patienceMs, { freq: 3, nil: null });

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('cancel' as const),
      when: moment,
      again: oneOf<'no' | 'same key' | 'other key'>([
        [2, 'no'],
        [1, 'same key'],
        [1, 'other key'],
      ]),
      loses: patience,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constantFrom('interfere', 'read', 'delete'), when: moment }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('restock' as const),
      sku: kind('SCARCE'),
      quantity: fc.integer({ min: 1, max: 15 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('reprice' as const),
      sku: kind('PLENTY'),
      priceCents: fc.integer({ min: 0, max: 5_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('redeliver' as const),
      of: fc.constantFrom('the last', 'all'),
      picks: fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 12 }),
    }),
  },
);
const rareAct: fc.Arbitrary<Act> = fc.record({ does: fc.constant('delist' as const), sku: kind('FADING') });

const story: fc.Arbitrary<Story> = fc.record({
  lines: fc.uniqueArray(fc.record({ sku, quantity: fc.integer({ min: 1, max: 3 }) }), {
    selector: (line) => line.sku,
    minLength: 1,
    maxLength: 3,
  }),
  paymentToken: oneOf([
    [12, 'tok_ok'],
    [2, 'tok_declined'],
    [2, 'tok_flaky'],
    [2, 'tok_lost_reply'],
    [1, 'tok_slow'],
  ]),
  sending: oneOf([
    [6, 'once'],
    [1, 'copies'],
    [2, 'loses'],
  ]).chain((way) =>
    fc.record({
      copies: way === 'copies' ? fc.integer({ min: 2, max: 4 }) : fc.constant(1),
      loses: way === 'loses' ? patienceMs : fc.constant(null),
    }),
  ),
  acts: fc.array(fc.oneof({ weight: 60, arbitrary: act }, { weight: 1, arbitrary: rareAct }), {
    maxLength: 3,
  }),
});

/** Writes the stories of so many orders: the same for the same seed, and for a smaller number the first of them. */
export function writeScript(seed: number, orders: number): Story[] {
  return fc.sample(story, { seed, numRuns: orders });
}
