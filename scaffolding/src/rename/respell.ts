import type { Edit } from '../base/change.ts';
import { formsOf } from '../base/names.ts';

/** The project's own facts, as project.json holds them. */
export interface ProjectFacts {
  name: string;
  title: string;
  domain: string;
}

/** Writes the new name for the old one, in each form in which a text may hold it. */
export function respell(from: ProjectFacts, to: ProjectFacts): Edit {
  const [old, other] = [spellings(from), spellings(to)];
  const forms = [...new Set(Object.values(old))].sort((one, two) => two.length - one.length);
  const pattern = new RegExp(forms.map(RegExp.escape).join('|'), 'g');
  return (text) =>
    text.replace(pattern, (found, offset: number) => {
      const isPartOfWord = /[a-z0-9]/i.test(`${text[offset - 1] ?? ''}${text[offset + found.length] ?? ''}`);
      return other[formOf(found, old, isPartOfWord)];
    });
}

type Spellings = Record<
  'domain' | 'escapedDomain' | 'upper' | 'title' | 'pascal' | 'joined' | 'kebab',
  string
>;

function spellings({ name, title, domain }: ProjectFacts): Spellings {
  const { kebab, pascal, upper } = formsOf(name);
  const joined = kebab.replaceAll('-', '');
  return { domain, escapedDomain: domain.replaceAll('.', '\\.'), upper, title, pascal, joined, kebab };
}

/** A name of one word has forms that look alike: next to other characters of a word it is a part of an identifier. */
function formOf(found: string, old: Spellings, isPartOfWord: boolean): keyof Spellings {
  if (found === old.domain) return 'domain';
  if (found === old.escapedDomain) return 'escapedDomain';
  if (found === old.upper) return 'upper';
  if (found === old.title) return isPartOfWord && found === old.pascal ? 'pascal' : 'title';
  if (found === old.pascal) return 'pascal';
  return found === old.joined && (isPartOfWord || found !== old.kebab) ? 'joined' : 'kebab';
}
