import { serviceNames } from '@repo/stack/topology';
import type { Change } from '../base/change.ts';
import { insertAfter } from '../base/text-edits.ts';
import type { NewService } from './new-service.ts';

/** The targets of the Dockerfile, and the images that the workflow builds and publishes. */
export function placeInImages(change: Change, { service: { kebab: name } }: NewService): void {
  const last = serviceNames.at(-1);
  change.edit(
    'Dockerfile',
    insertAfter(`install-for @repo/${last}\n`, modulesOf(name)),
    insertAfter(new RegExp(`^FROM process AS ${last}\\n(?:[A-Z].*\\n)+`, 'm'), imageOf(name)),
  );
  change.edit(
    '.github/workflows/images.yml',
    insertAfter(new RegExp(`image:\\s*\\[[^\\]]*\\b${last}(?=,)`), `, ${name}`, { which: 'all' }),
  );
}

const modulesOf = (name: string) => `FROM install AS ${name}-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/${name}
`;

const imageOf = (name: string) => `
FROM process AS ${name}
COPY --from=${name}-modules /app /app
COPY --from=sources /app/packages /app/packages
COPY --from=sources /app/services/${name} /app/services/${name}
WORKDIR /app/services/${name}
CMD ["node", "--import", "@repo/observability/preload", "src/main.ts"]
`;
