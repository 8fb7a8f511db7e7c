import type { FastifySchemaCompiler, FastifyTypeProvider } from 'fastify';
import type { z } from 'zod';
import { type FieldError, problem } from '../responses/problem.ts';
import { escapePointer } from './json-body.ts';
import { refusalOfText } from './unfit-values.ts';

/** Gives routes the types of their zod schemas. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

/**
 * Validates each part of a request with the zod schema of its route: nothing is coerced, and nothing dropped. The valid
 * parameters of a path and a query, including the content of a cursor, are checked again, so that no handler gets a text
 * that the database refuses. (Bodies are checked where they are parsed.)
 */
export const validateWithZod: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const isParameters = httpPart === 'params' || httpPart === 'querystring';
  return (data) => {
    // Fastify passes null for a missing part; a body that is null itself has been refused before.
    const result = schema.safeParse(data ?? undefined);
    if (!result.success) return { error: invalid(fieldErrors(result.error)) };
    const unfit = isParameters ? unfitTexts(result.data, '') : [];
    return unfit.length > 0 ? { error: invalid(unfit) } : { value: result.data };
  };
};

function invalid(errors: FieldError[]): Error {
  return problem('invalid-request', 'Some values are invalid.', { errors });
}

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => `/${escapePointer(String(part))}`).join('');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: `${path}/${escapePointer(key)}`,
      message: 'This property is unknown.',
    }));
  });
}

/** The texts in a parameter's value, and the names of parameters, that Postgres or the next reader cannot process. */
function unfitTexts(value: unknown, path: string): FieldError[] {
  if (typeof value === 'string') {
    const message = refusalOfText(value);
    return message === undefined ? [] : [{ path, message }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const childPath = `${path}/${escapePointer(name)}`;
    return [...unfitTexts(name, childPath), ...unfitTexts(child, childPath)];
  });
}
