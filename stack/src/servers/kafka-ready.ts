import { exchange } from './exchange.ts';

const findCoordinator = 10;
const describeGroups = 15;
const group = 'tenfold-readiness';

/**
 * Whether consumer groups can be served: a broker answers seconds before its group coordinator has loaded, and
 * consumers that come in between log errors. Two requests of the Kafka protocol, each in its version 0
 * (https://kafka.apache.org/protocol): the first makes the broker create the topic of the offsets, the second is
 * answered without an error once that is loaded. With several brokers, one that is not the coordinator is ready.
 */
export async function coordinatorIsReady(host: string, port: number): Promise<boolean> {
  const found = await ask(host, port, findCoordinator, string(group));
  if (found.readInt16BE(0) !== 0) return false;
  const described = await ask(host, port, describeGroups, Buffer.concat([int32(1), string(group)]));
  const notCoordinator = 16;
  return [0, notCoordinator].includes(described.readInt16BE(4));
}

async function ask(host: string, port: number, apiKey: number, body: Buffer): Promise<Buffer> {
  const header = Buffer.concat([int16(apiKey), int16(0), int32(1), string('tenfold-stack')]);
  const reply = await exchange(host, port, Buffer.concat([int32(header.length + body.length), header, body]));
  const sizeAndCorrelation = 8;
  return reply.subarray(sizeAndCorrelation);
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

const string = (value: string) => Buffer.concat([int16(value.length), Buffer.from(value)]);
