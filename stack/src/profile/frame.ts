import { fileURLToPath } from 'node:url';
import type { CallFrame } from './cpu-profile.ts';

/** Where a function comes from: the repository, a package, Node itself, or V8 and the operating system. */
export type Origin = 'ours' | 'package' | 'node' | 'native';

/** A function as a reader sees it; `place` is empty where there is no source. */
export type Frame = { name: string; place: string; origin: Origin };

/**
 * @param root the folder of the repository: files below it are named by their path in it, packages by their name
 */
export function readableFrame({ functionName, url, lineNumber }: CallFrame, root: string): Frame {
  const { file, origin } = fileOf(url, root);
  return {
    name: functionName || '(anonymous)',
    place: file && lineNumber >= 0 ? `${file}:${lineNumber + 1}` : file,
    origin,
  };
}

/** The file of a source, as `readableFrame` names it. */
export function fileOf(url: string, root: string): { file: string; origin: Origin } {
  if (!url) return { file: '', origin: 'native' };
  if (url.startsWith('node:')) return { file: url, origin: 'node' };
  const path = url.startsWith('file://') ? fileURLToPath(url) : url;
  const inPackage = path.split('/node_modules/').at(-1) as string;
  if (inPackage !== path) return { file: inPackage, origin: 'package' };
  return { file: path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path, origin: 'ours' };
}

export const frameText = ({ name, place }: Frame) => (place ? `${name}  ${place}` : name);
