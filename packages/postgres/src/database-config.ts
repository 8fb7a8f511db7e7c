import { z } from 'zod';

/** The part of a service's environment that names its database. */
export const DatabaseConfig = z.object({
  DATABASE_URL: z.url().describe('the database, as the role that may only read and change rows'),
});
