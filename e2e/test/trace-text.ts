import type { Span } from '@repo/stack';

/** Whether a span is a statement of a database. A hop has many of them. */
export function isStatement({ attributes }: Span): boolean {
  return 'db.system.name' in attributes || 'db.system' in attributes;
}

/**
 * A trace without its statements, as indented lines of service and name. The children of a span are in alphabetical order,
 * so two traces of the same hops, each under the same parent, are the same text. A span without its parent is a root.
 */
export function traceText(spans: Span[]): string {
  const hops = spans.filter((span) => !isStatement(span));
  const ids = new Set(hops.map(({ spanId }) => spanId));
  const parentOf = ({ parentSpanId }: Span) => (ids.has(parentSpanId) ? parentSpanId : '');

  function branch(parent: string, indent: string): string[] {
    const children = hops.filter((hop) => parentOf(hop) === parent);
    const branches = children.map((hop) =>
      [`${indent}${hop.service}: ${nameOf(hop)}`, ...branch(hop.spanId, `${indent}  `)].join('\n'),
    );
    return branches.sort();
  }
  return branch('', '').join('\n');
}

/** The instrumentation of fetch names a span by its method alone. */
function nameOf({ name, kind, attributes }: Span): string {
  const client = 3;
  return kind === client ? `${name} ${attributes['url.path']}` : name;
}
