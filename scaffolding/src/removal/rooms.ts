import type { Change, Edit } from '../base/change.ts';

/** Where the top folders of the repository are listed. */
const LISTS = [
  'package.json',
  'pnpm-workspace.yaml',
  'tsconfig.json',
  'knip.json',
  'biome.json',
  '.dockerignore',
];

/** Removes whole folders, and top folders from the lists of folders, unless files are created in them later. */
export function removeRooms(change: Change, rooms: readonly string[]): void {
  const gone = rooms.filter((room) => !room.includes('/') && room !== 'demo');
  for (const room of rooms) change.remove(room);
  for (const list of LISTS) change.edit(list, withoutRooms(list, gone));
}

function withoutRooms(list: string, rooms: readonly string[]): Edit {
  if (list === 'package.json') return withoutArguments(rooms);
  if (list === 'knip.json' || list === 'tsconfig.json' || list === 'biome.json') return withoutEntries(rooms);
  const isItem = (line: string) => rooms.some((room) => new RegExp(`^\\s*(?:- |!)${room}(/|$)`).test(line));
  return (text) =>
    text
      .split('\n')
      .filter((line) => !isItem(line))
      .join('\n');
}

/** The folders that a check is given. */
function withoutArguments(rooms: readonly string[]): Edit {
  const pattern = new RegExp(` (?:${rooms.join('|')})(?=[ "])`, 'g');
  return (text) => text.replace(/"check:boundaries": ".*"/, (script) => script.replaceAll(pattern, ''));
}

/** Items of lists, and properties, that are a folder or files in it. */
function withoutEntries(rooms: readonly string[]): Edit {
  const isGone = (name: string) => rooms.some((room) => name.replace('!', '').split('/')[0] === room);
  const prune = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.filter((one) => typeof one !== 'string' || !isGone(one)).map(prune);
    if (value === null || typeof value !== 'object') return value;
    const kept = Object.entries(value).filter(([name]) => !isGone(name));
    return Object.fromEntries(kept.map(([name, one]) => [name, prune(one)]));
  };
  return (text) => `${JSON.stringify(prune(JSON.parse(text)), null, 2)}\n`;
}
