/** A link of a panel. One that names a label of a series appears at each series, any other at the panel. */
export interface Link {
  title: string;
  url: string;
}

/** The label of the series that the reader has clicked. */
const jobOfSeries = `\${__field.labels.job}`;

/** The traces of a service: its slow ones, or all. Without a service, those of the service of the series. */
export function traces(service = jobOfSeries, query: { minDuration?: string; tags?: string } = {}): Link {
  const search = { queryType: 'search', service, ...query };
  return { title: `Traces of ${service}`, url: explore('jaeger', 'jaeger', search) };
}

/** The log of a service, from warnings on. Without a service, that of the service of the series. */
export function logs(service = jobOfSeries): Link {
  const expr = `service.name:="${service}" severity_number:>=13`;
  return {
    title: `Warnings in the log of ${service}`,
    url: explore('victoriametrics-logs-datasource', 'victoria-logs', { expr, queryType: 'instant' }),
  };
}

/** A page of docs/runbooks. */
export const runbook = (page: string): Link => ({
  title: `Runbook: ${page}`,
  url: `\${runbooks}/${page}`,
});

/** Grafana's page for one query: https://grafana.com/docs/grafana/latest/explore/ */
function explore(type: string, uid: string, query: object): string {
  const pane = {
    datasource: uid,
    queries: [{ refId: 'A', datasource: { type, uid }, ...query }],
    range: { from: `\${__from}`, to: `\${__to}` },
  };
  return `/explore?schemaVersion=1&panes=${encoded(JSON.stringify({ one: pane }))}`;
}

/** Encodes all but the variables, which Grafana replaces. */
const encoded = (text: string): string =>
  text
    .split(/(\$\{[^}]+\})/)
    .map((part) => (part.startsWith('${') ? part : encodeURIComponent(part)))
    .join('');
