import type { FastifySchemaCompiler, FastifyTypeProvider } from 'fastify';
import type { z } from 'zod';
import { escapePointer } from './json-body.ts';
import { type FieldError, problem } from './problem.ts';

/** Gives routes the types of their zod schemas. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

/** Validates each part of a request with the zod schema of its route: nothing is coerced, and nothing dropped. */
export const validateWithZod: FastifySchemaCompiler<z.ZodType> = ({ schema }) => {
  return (data) => {
    // Fastify says null of a part that is not there; a body that is null itself has been refused before.
    const result = schema.safeParse(data ?? undefined);
    if (result.success) return { value: result.data };
    return {
      error: problem('invalid-request', 'Some values are not valid.', { errors: fieldErrors(result.error) }),
    };
  };
};

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => `/${escapePointer(String(part))}`).join('');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: `${path}/${escapePointer(key)}`,
      message: 'This property is not known.',
    }));
  });
}
