import type { Edit } from './change.ts';

/** Adds names to the import of a module, or adds the import. */
export function importNames(module: string, ...names: string[]): Edit {
  return (text) => {
    const statement = new RegExp(`^import \\{([^}]*)\\} from '${RegExp.escape(module)}';\\n`, 'm');
    const [found, list = ''] = statement.exec(text) ?? [];
    const present = list.split(',').map((name) => name.trim());
    const all = [...present, ...names.filter((name) => !present.includes(name))].filter(Boolean);
    const wanted = `import { ${all.join(', ')} } from '${module}';\n`;
    return found ? text.replace(found, () => wanted) : wanted + text;
  };
}
