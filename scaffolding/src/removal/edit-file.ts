import { openBrackets, withoutBlocks, withoutDoubleBlanks } from './blocks.ts';
import { withoutAddresses, withoutListItems, withoutVariables } from './lists.ts';
import type { Processes } from './processes.ts';

/** Removes processes from a text, by the kind of its file. The text is empty where nothing is left. */
export function withoutProcesses(path: string, text: string, processes: Processes): string {
  if (/\.ya?ml$/.test(path)) return withoutInYaml(text, processes);
  if (path.endsWith('Dockerfile')) return withoutStages(text, processes);
  if (path.endsWith('.cfg')) return withoutInGateway(text, processes);
  if (path.endsWith('.json')) return withoutInAddresses(text, processes);
  return path.endsWith('.ts') ? withoutInCode(text, processes) : text;
}

/** The key, or the item of a list, by which a line of YAML is about one process. */
const YAML_HEADS = [
  /^\s*'?([A-Za-z][\w-]*)'?:(?: |$)/,
  /^\s*- (?:(?:name|key|path): )?(?:[\w./-]*\/)?([A-Za-z][\w-]*)(?:\.yaml)?$/,
];

function withoutInYaml(text: string, processes: Processes): string {
  const { isRemoved, namesOnlyRemoved } = processes;
  const isHead = (line: string) =>
    YAML_HEADS.some((head) => isRemoved(head.exec(line)?.[1])) ||
    (/^\s*- [^:]*$/.test(line) && namesOnlyRemoved(line));
  return text
    .split(/^---\n/m)
    .filter((manifest) => !isAbout(manifest, processes))
    .map((manifest) => withoutVariables(withoutListItems(manifest, processes), processes))
    .map((manifest) => withoutBlocks(withoutPatches(manifest, processes), isHead))
    .join('---\n');
}

/** Patches of a kustomization whose target is a removed process. */
function withoutPatches(text: string, { isRemoved }: Processes): string {
  return text.replaceAll(/^( *)- path: .*\n\1 {2}target:\n(?:\1 {4}.*\n)*/gm, (patch) =>
    isRemoved(/^ +name: (\S+)$/m.exec(patch)?.[1]) ? '' : patch,
  );
}

/** Whether a manifest is that of a removed process, or selects its pods. */
function isAbout(manifest: string, { isRemoved }: Processes): boolean {
  const [, name] = /^metadata:\n(?: {2}.*\n)*? {2}name: ([\w-]+)$/m.exec(manifest) ?? [];
  const [, selected] =
    /^ {2}podSelector:\n {4}matchLabels:\n {6}app\.kubernetes\.io\/name: ([\w-]+)$/m.exec(manifest) ?? [];
  return isRemoved(name) || isRemoved(selected);
}

/** A stage of a Dockerfile ends before the next one, and before the comment above that. */
function withoutStages(text: string, { isRemoved }: Processes): string {
  const stages = text.split(/^(?=FROM )|(?<!^#.*\n)^(?=(?:#.*\n)+FROM )/m);
  const kept = stages.filter((stage) => !isRemoved(/^FROM \S+ AS (\S+)/m.exec(stage)?.[1]));
  return `${withoutDoubleBlanks(kept.join('')).trimEnd()}\n`;
}

/** The lines of the gateway that are about one process: its route, its backend, its part of the readiness. */
const GATEWAY_HEADS = [/ str\(([\w-]+)\)/, /^backend ([\w-]+)/, /\bnbsrv\(([\w-]+)\)/];

/** The paths of a removed process also go from the sentence that lists all paths. */
function withoutInGateway(text: string, processes: Processes): string {
  const isHead = (line: string) => GATEWAY_HEADS.some((head) => processes.isRemoved(head.exec(line)?.[1]));
  const resources = text
    .split('\n')
    .filter((line) => line.includes(' str(') && isHead(line))
    .flatMap((line) => /\]\+\/\(?([\w|-]+)\)?/.exec(line)?.[1]?.split('|') ?? []);
  return withoutPaths(withoutBlocks(withoutListItems(text, processes), isHead), resources);
}

function withoutPaths(text: string, resources: string[]): string {
  return text.replaceAll(/(?:\/v1\/[\w-]+, )*\/v1\/[\w-]+ and \/v1\/[\w-]+/g, (list) => {
    const paths = list.split(/, | and /).filter((path) => !resources.includes(path.slice('/v1/'.length)));
    return paths.length > 1 ? `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}` : paths.join('');
  });
}

/** Properties of an object, and items of a list that name nothing else. */
function withoutInCode(text: string, processes: Processes): string {
  const { isRemoved, namesOnlyRemoved } = processes;
  const isHead = (line: string) => {
    const [, key] = /^\s+'?([A-Za-z][\w-]*)'?: /.exec(line) ?? [];
    if (isRemoved(key)) return line.endsWith(',') || openBrackets(line) > 0;
    return /^\s*(\{.*\}|\[.*\]|'[^']*'),$/.test(line) && namesOnlyRemoved(withoutProse(line));
  };
  const lists = withoutListItems(withoutBlocks(text, isHead), processes, { quotedOnly: true });
  return withoutAddresses(lists, processes);
}

/** A string with a space is a sentence, in which a name may be a word of the language. */
const withoutProse = (line: string) => line.replaceAll(/'[^']* [^']*'/g, "''");

/** The addresses of the processes, for containers: a line for each. */
function withoutInAddresses(text: string, { removed }: Processes): string {
  const isEntry = (line: string) => removed.includes(/^ +"([\w-]+)": \{.*\},?$/.exec(line)?.[1] ?? '');
  const kept = text.split('\n').filter((line) => !isEntry(line));
  return kept.join('\n').replaceAll(/,(\n *\})/g, '$1');
}
