import swagger from '@fastify/swagger';
import project from '@repo/project' with { type: 'json' };
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';

/** The response schema of a 204. */
export const noContent = z.void().describe('Done.');

/** The If-Match header of a route that changes a versioned resource, for the OpenAPI document. */
export const ifMatch = z
  .string()
  .optional()
  .describe('The ETag of the version to change: 412 if the current version is another.');

const DESCRIPTION = `Errors are problems (RFC 9457), as ${PROBLEM_MEDIA_TYPE}. \`If-Match\` and \`If-None-Match\` are evaluated on every operation (RFC 9110, §13.2), against the \`ETag\` of the resource or, where it has none, against \`*\` alone. If one is false, the response is 412 and nothing is changed; if \`If-None-Match\` of a GET is false, it is 304.`;

const Problem = z.object({
  type: z.url().describe('Ends in the name of the problem.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  traceId: z.string().nullable(),
  errors: z.array(z.object({ path: z.string().describe('A JSON Pointer.'), message: z.string() })).optional(),
});

const NOT_MODIFIED = { description: 'If-None-Match is false: the client has the current version.' };
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

/** Serves the OpenAPI document at /openapi.json. It is made from the routes' own schemas, so it cannot differ. */
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
  // A body whose schema has a default is optional. The library marks every body as required.
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
