import type { Topic } from '@repo/events/event-type';

/** The variable of a port, and the port unless it is set. */
export type Port<Variable extends string = string> = readonly [variable: Variable, usual: number];

/** A consumer group of Kafka, without the namespace, and the topics that it consumes. */
export type ConsumerGroup = { group: string; topics: Topic[] };

export type Service<Variable extends string = string> = {
  port: Port<Variable>;
  /** The variables of the addresses that it needs in addition to its database, Kafka and the identity provider. */
  needs: readonly string[];
  /** The topics that it owns. A service that owns one has an outbox. */
  publishes: readonly Topic[];
  /** Its consumer groups. `{id}` in a name stands for the value of `id`, a query on its own database. */
  consumes: readonly { group: string; topics: readonly Topic[]; id?: string }[];
  /** Further figures of `npm run stack -- status`: a title, and a query on its own database. */
  figures?: Readonly<Record<string, string>>;
  /** Its part in `npm run reconcile`: one service lists its records, the others compare them with their own. */
  reconciles?: 'lists' | 'compares';
};

export type StandIn<Variable extends string = string> = {
  /** The first port is for HTTP. */
  ports: readonly [Port<Variable>, ...Port<Variable>[]];
  /** The variable of the file that it keeps. */
  file: string;
  /** The variables by which services are given its address: a scheme, and one of its ports. */
  offers: Readonly<Record<string, readonly [scheme: 'http' | 'smtp', port: Variable]>>;
};
