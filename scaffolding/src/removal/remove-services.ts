import { Failure } from '@repo/stack';
import type { ServiceName, StandInName } from '@repo/stack/topology';
import * as topology from '@repo/stack/topology';
import type { Change } from '../base/change.ts';
import { pruneCatalog, removeProjects } from '../dependencies/remove-projects.ts';
import { removeContracts, removeUnusedContracts } from './contracts.ts';
import { removeDangling } from './dangling.ts';
import { withoutProcesses } from './edit-file.ts';
import { instrumentsOnlyOf, monitoringOf } from './monitoring.ts';
import { type Processes, processesOf } from './processes.ts';
import { removeRunbooks } from './runbooks.ts';

const services: Readonly<Record<string, (typeof topology.services)[ServiceName]>> = topology.services;
const standIns: Readonly<Record<string, (typeof topology.standIns)[StandInName]>> = topology.standIns;

/** Files that list processes. Others mention them in prose, in names of tests, or as examples. */
const LISTS =
  /^(Dockerfile|docker-compose\.yml|gateway\/.*|k8s\/.*\.(yaml|ts)|\.github\/.*\.yml|stack\/src\/(topology\.ts|containers\/running\.json)|(testing|e2e|load-tests)\/.*\.ts)$/;
const isList = (path: string) => LISTS.test(path) && !/^(k8s|testing)\/.*\.test\.ts$/.test(path);
/** Code that asks the topology whether a service is there. */
const GUARDED = /^(testing|load-tests|e2e\/(?!compose|deployed|k8s))/;
/** Where a file or a folder is about the process whose name it bears. */
const ROOMS = /^(services|external|k8s|e2e|load-tests)\//;

/** Removes services, and the stand-ins that no other service needs. Returns the lines that still name them. */
export function removeServices(change: Change, names: readonly string[]): string[] {
  refuseConsumed(names);
  const removed = [...names, ...standInsOnlyFor(names)];
  const processes = processesOf(allProcesses(change, removed), removed);
  const instruments = instrumentsOnlyOf(change, names);
  removeRunbooks(change, names);
  removeContracts(change, names);
  for (const path of change.files()) if (isAbout(path, processes)) change.remove(path);
  removeUnusedContracts(change);
  for (const path of change.files().filter(isList)) editList(change, path, processes);
  removeDangling(change);
  removeProjects(change, removed);
  pruneCatalog(change);
  const lists = change.files().filter((path) => isList(path) && !GUARDED.test(path));
  return [
    ...lists.flatMap((path) => mentions(path, change.read(path), processes)),
    ...monitoringOf(change, removed, instruments),
  ];
}

/** @throws Failure when a service that stays consumes events of one that goes */
function refuseConsumed(names: readonly string[]): void {
  for (const name of names) {
    const { publishes = [] } = services[name] ?? {};
    const consumers = Object.entries(services).flatMap(([consumer, { consumes }]) => {
      const topics = consumes.flatMap(({ topics }) => topics).filter((topic) => publishes.includes(topic));
      return names.includes(consumer) || topics.length === 0
        ? []
        : `${consumer} consumes ${topics.join(' and ')}`;
    });
    if (consumers.length === 0) continue;
    throw new Failure(
      `${name} cannot be removed: ${consumers.join(', ')}. Change or remove the consumers first.`,
    );
  }
}

function standInsOnlyFor(names: readonly string[]): string[] {
  const needsOf = (isKept: boolean) =>
    Object.entries(services).flatMap(([name, { needs }]) => (names.includes(name) === isKept ? [] : needs));
  const [kept, gone] = [needsOf(true), needsOf(false)];
  return Object.entries(standIns).flatMap(([name, { offers }]) => {
    const offered = Object.keys(offers);
    return offered.some((one) => gone.includes(one)) && !offered.some((one) => kept.includes(one))
      ? name
      : [];
  });
}

/** Those of the topology, and the servers and tools of the compose file. */
function allProcesses(change: Change, removed: readonly string[]): string[] {
  const declared = [...Object.keys(services), ...Object.keys(standIns)];
  const keys = change.read('docker-compose.yml').matchAll(/^ {2}([a-z][\w-]*):$/gm);
  const others = keys
    .map(([, key = '']) => key)
    .filter((key) => !declared.some((name) => key.startsWith(name)));
  return [...new Set([...declared, ...removed, ...others])];
}

function isAbout(path: string, { removed, isRemoved }: Processes): boolean {
  if (!ROOMS.test(path)) return false;
  const parts = path.split('/').map((part) => part.replace(/\.\w+$/, ''));
  const isYaml = path.endsWith('.yaml');
  return parts.some((part) => (isYaml ? isRemoved(part) : removed.includes(part)));
}

function editList(change: Change, path: string, processes: Processes): void {
  change.edit(path, (text) => withoutProcesses(path, text, processes));
  const isEmpty = change
    .read(path)
    .split('\n')
    .every((line) => /^\s*(#.*|---)?$/.test(line));
  if (isEmpty) change.remove(path);
}

/** Words that are no part of a host name, such as vault.example.com or tenfold.example. */
const WORDS = /(?<![\w.-])[A-Za-z][\w-]*(?![\w-]|\.(?:com|net|org)\b)/g;

function mentions(path: string, text: string, { isRemoved }: Processes): string[] {
  const names = (line: string) => line.match(WORDS)?.some((word) => isRemoved(word.toLowerCase()));
  return text
    .split('\n')
    .flatMap((line, index) => (names(line) ? `${path}:${index + 1}  ${line.trim()}` : []));
}
