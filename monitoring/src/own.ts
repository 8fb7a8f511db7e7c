import project from '@repo/project' with { type: 'json' };

/**
 * The name of the project as the names of its metrics begin in Prometheus, where a name consists of a-z, digits and underscores
 * only: `tenfold` for `tenfold_outbox_age_seconds`.
 */
export const own = project.name.replaceAll(/[^A-Za-z0-9]/g, '_');
