import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** The response schema of a 204: it is done, and there is nothing to say. */
export const noContent = z.void().describe('Done.');

/** Serves the OpenAPI document at /openapi.json, made from the routes' own schemas, so that it cannot differ. */
export async function describeRoutes(app: FastifyInstance, service: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Tenfold ${service}`, version: '1.0.0' },
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
  app.get('/openapi.json', { config: { access: 'public' } }, async () => withOptionalBodies(app.swagger()));
}

/** A body whose schema has a default may be left out. The library calls every body required. */
function withOptionalBodies(document: object): object {
  return JSON.parse(JSON.stringify(document), (name, value) => {
    const hasDefault = value?.content?.['application/json']?.schema?.default !== undefined;
    return name === 'requestBody' && hasDefault ? { ...value, required: false } : value;
  });
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
