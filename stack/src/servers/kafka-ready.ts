import { project } from '../project.ts';
import { exchange } from './exchange.ts';

/** API keys of the Kafka protocol (https://kafka.apache.org/protocol); requests are of version 0, except for one. */
const metadata = 3;
const findCoordinator = 10;
const describeGroups = 15;
const initProducerId = 22;
const group = `${project.name}-readiness`;

/**
 * Whether a broker serves consumer groups and idempotent producers. It responds seconds before its coordinators are
 * loaded, and clients that connect in between log errors. These requests also make it load them.
 */
export async function kafkaIsReady(host: string, port: number): Promise<boolean> {
  const ready = await Promise.all([servesGroups(host, port), servesProducers(host, port)]);
  return ready.every(Boolean);
}

/** Whether a broker is in the metadata of its cluster: until then, no client is sent to it. */
export async function isInCluster(host: string, port: number, id: number): Promise<boolean> {
  // An empty list of topics means none in version 1, and all in version 0.
  const response = await ask(host, port, metadata, int32(0), 1);
  return readBrokers(response).includes(id);
}

function readBrokers(bytes: Buffer): number[] {
  const ids: number[] = [];
  for (let at = 4; ids.length < bytes.readInt32BE(0); ) {
    ids.push(bytes.readInt32BE(at));
    const portAt = at + 6 + bytes.readInt16BE(at + 4);
    const rackLength = Math.max(0, bytes.readInt16BE(portAt + 4));
    at = portAt + 6 + rackLength;
  }
  return ids;
}

/** The broker names the coordinator of a group, which describes the group without an error once its offsets are loaded. */
async function servesGroups(host: string, port: number): Promise<boolean> {
  const found = await ask(host, port, findCoordinator, string(group));
  if (found.readInt16BE(0) !== 0) return false;
  const coordinator = readAddress(found.subarray(6));
  const body = Buffer.concat([int32(1), string(group)]);
  const described = await ask(coordinator.host, coordinator.port, describeGroups, body);
  return described.readInt16BE(4) === 0;
}

async function servesProducers(host: string, port: number): Promise<boolean> {
  const [noTransactions, timeoutMs] = [int16(-1), int32(1_000)];
  const begun = await ask(host, port, initProducerId, Buffer.concat([noTransactions, timeoutMs]));
  return begun.readInt16BE(4) === 0;
}

function readAddress(bytes: Buffer): { host: string; port: number } {
  const end = 2 + bytes.readInt16BE(0);
  return { host: bytes.toString('utf8', 2, end), port: bytes.readInt32BE(end) };
}

async function ask(host: string, port: number, apiKey: number, body: Buffer, version = 0): Promise<Buffer> {
  const header = Buffer.concat([int16(apiKey), int16(version), int32(1), string(`${project.name}-stack`)]);
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
