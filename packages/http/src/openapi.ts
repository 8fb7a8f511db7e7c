import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

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
  app.get('/openapi.json', { config: { access: 'public' } }, async () => app.swagger());
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
