// Who may import whom: the walls of the house, each a rule with a name. The dependencies are resolved to
// files first, so a wall holds for a relative path, a package name, `import type` and `import()` alike.

import { getAvailableTranspilers } from 'dependency-cruiser';

// Without a TypeScript that it can read, dependency-cruiser finds no files and no faults.
if (!getAvailableTranspilers().some(({ name, available }) => name === 'typescript' && available)) {
  throw new Error('dependency-cruiser cannot read TypeScript: see packageExtensions in pnpm-workspace.yaml.');
}

const tests = String.raw`(\.test\.ts$|^[^/]+/[^/]+/test/)`;

// In a service's src, a file named by one word is a noun of the domain, unless it is one of these.
const notDomain = String.raw`/(main|app|config|migrate|reconcile|mailer|routes|subscriptions|timers)\.ts$`;

/** One forbidden import; `comment` is what the person who tried it reads. */
const wall = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    wall(
      'no-service-imports-another',
      'Services talk through events; an import would tie their releases together.',
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: '^services/$1/' },
    ),
    wall(
      'services-are-reached-through-their-doors',
      'What is not a service speaks to one over HTTP or Kafka, as production does.',
      { pathNot: '^services/' },
      { path: '^services/' },
    ),
    wall(
      'services-use-packages-only',
      'A service runs in production, where there is no stack, no test and no stand-in. Its tests may use testing.',
      { path: '^services/' },
      { path: '^(stack|e2e|load-tests|external)/' },
    ),
    wall(
      'production-imports-no-test-code',
      'Only tests, the stack and what measures them may import testing.',
      { path: '^(services|packages|external)/', pathNot: tests },
      { path: `(^testing/|${tests})` },
    ),
    wall(
      'packages-stand-at-the-bottom',
      'A package knows other packages and nothing above it. Its tests may use testing.',
      { path: '^packages/' },
      { path: '^(stack|external|e2e|load-tests)/' },
    ),
    wall(
      'stand-ins-import-nothing-of-ours',
      'What is in external/ plays somebody else: sharing code with it would prove nothing.',
      { path: '^external/([^/]+)/' },
      { path: '^(services|packages|external|stack|testing|e2e|load-tests)/', pathNot: '^external/$1/' },
    ),
    wall(
      'stand-ins-are-reached-through-their-doors',
      'What somebody else runs in production cannot be imported there.',
      { pathNot: '^external/' },
      { path: '^external/' },
    ),
    wall(
      'the-stack-needs-no-tests',
      'npm start works without testing, e2e and load-tests.',
      { path: '^stack/', pathNot: tests },
      { path: '^(testing|e2e|load-tests)/' },
    ),
    wall(
      'kafkajs-in-events-alone',
      'The client is no longer maintained; it must be replaceable in one folder.',
      { pathNot: '^packages/events/' },
      { path: '(^|/)kafkajs(/|$)' },
    ),
    wall(
      'the-domain-imports-nothing',
      'Rules are pure: no I/O, no clock, nothing of ours. Pass them what they need.',
      { path: String.raw`^services/[^/]+/src/[a-z]+\.ts$`, pathNot: notDomain },
      { path: '.' },
    ),
    wall(
      'packages-are-imported-by-name',
      'A relative path into another package goes round its package.json and its exports.',
      { path: '^((services|packages|external)/[^/]+|stack|testing|e2e|load-tests)/' },
      { pathNot: '^$1/', dependencyTypes: ['local'] },
    ),
    wall(
      'what-is-imported-is-declared',
      'Not in the package.json beside it, or not among the exports of the package it names (contracts are imported by publisher: @repo/contracts/order).',
      {},
      { dependencyTypes: ['unknown', 'npm-no-pkg', 'npm-unknown'] },
    ),
    wall(
      'production-imports-no-dev-dependency',
      'An image is installed without devDependencies.',
      { path: '^(services|packages|external|stack)/', pathNot: tests },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    wall('no-circles', 'Two files that need each other are one file, or three.', {}, { circular: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Reads the imports as they are written, so that `import type` counts.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'default'] },
  },
};
