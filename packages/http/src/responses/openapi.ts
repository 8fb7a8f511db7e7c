import swagger from '@fastify/swagger';
import project from '@repo/project' with { type: 'json' };
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';

/** The response schema of a 204: it is done, and there is nothing to say. */
export const noContent = z.void().describe('Done.');

/** The header of a change to what has versions, for its OpenAPI document: where it is needed, and where it may be sent. */
export const ifMatch = z
  .string()
  .optional()
  .describe('The ETag of the version that this is meant for: 412 if it is not the one that there is.');

const DESCRIPTION = `Errors are problems (RFC 9457), as ${PROBLEM_MEDIA_TYPE}. \`If-Match\` and \`If-None-Match\` are evaluated on every operation (RFC 9110, §13.2), against the \`ETag\` of the resource or, where it has none, against \`*\` alone. One that is false is answered with 412 and changes nothing; a false \`If-None-Match\` of a GET is answered with 304.`;

const Problem = z.object({
  type: z.url().describe('Ends in the name of the problem.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  traceId: z.string().nullable(),
  errors: z.array(z.object({ path: z.string().describe('A JSON Pointer.'), message: z.string() })).optional(),
});

const NOT_MODIFIED = { description: 'If-None-Match names what there is.' };
const PRECONDITION_FAILED = {
  description: 'If-Match or If-None-Match is false: nothing was changed.',
  content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

interface Operation {
  responses: Record<string, object>;
  requestBody?: {
    required?: boolean;
    content: Record<string, { schema?: { default?: unknown } } | undefined>;
  };
}

/** Serves the OpenAPI document at /openapi.json, made from the routes' own schemas, so that it cannot differ. */
export async function describeRoutes(app: FastifyInstance, service: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `${project.title} ${service}`, version: '1.0.0', description: DESCRIPTION },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: {
        ...asJsonSchemas(schema ?? {}),
        ...(route.config?.access === 'public' ? {} : { security: [{ token: [] }] }),
      },
    }),
  });
  app.get('/openapi.json', { config: { access: 'public' } }, async () => completed(app.swagger()));
}

/** Adds what the library leaves out, and what all operations share. */
function completed(document: object): object {
  const { paths, components, ...rest } = structuredClone(document) as {
    paths: Record<string, Record<string, Operation>>;
    components: object;
  };
  for (const operations of Object.values(paths))
    for (const [method, operation] of Object.entries(operations)) complete(method, operation);
  return { ...rest, paths, components: { ...components, schemas: { Problem: z.toJSONSchema(Problem) } } };
}

function complete(method: string, { responses, requestBody }: Operation): void {
  // A body whose schema has a default may be left out. The library calls every body required.
  if (requestBody?.content['application/json']?.schema?.default !== undefined) requestBody.required = false;
  if (method === 'get') responses['304'] = NOT_MODIFIED;
  responses['412'] = PRECONDITION_FAILED;
}

function asJsonSchemas(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (part instanceof z.ZodType)
        return [name, z.toJSONSchema(part, { io: 'input', unrepresentable: 'any' })];
      return [
        name,
        typeof part === 'object' && part !== null && !Array.isArray(part) ? asJsonSchemas(part) : part,
      ];
    }),
  );
}
