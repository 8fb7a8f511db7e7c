// Who may import whom: the boundaries of the architecture, each a rule with a name. The dependencies are resolved to
// files first, so a rule holds for a relative path, a package name, `import type` and `import()` alike.

import { getAvailableTranspilers } from 'dependency-cruiser';

// Without a TypeScript that it can read, dependency-cruiser finds no files and no faults.
if (!getAvailableTranspilers().some(({ name, available }) => name === 'typescript' && available)) {
  throw new Error('dependency-cruiser cannot read TypeScript: see packageExtensions in pnpm-workspace.yaml.');
}

const tests = String.raw`(\.test\.ts$|^([^/]+|scaffolding/templates)/[^/]+/test/)`;

// The template of new services is a service too.
const service = '^(services/[^/]+|scaffolding/templates/service)/';

// In a service's src, a file named by one word is a noun of the domain, unless it is one of these.
const noNoun = '(?!(?:main|app|config|migrate|reconcile|mailer|routes|subscriptions|timers)[.])';
const nouns = ['', '[^/]+/'].map((room) => String.raw`${service}src/${room}${noNoun}[a-z]+\.ts$`);

/** One forbidden import; `comment` is what the person who tried it reads. */
const boundary = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    boundary(
      'no-service-imports-another',
      'Services talk through events; an import would tie their releases together.',
      { path: service },
      { path: service, pathNot: '^$1/' },
    ),
    boundary(
      'services-are-reached-over-the-network',
      'What is not a service speaks to one over HTTP or Kafka, as production does.',
      { pathNot: service },
      { path: service },
    ),
    boundary(
      'services-use-packages-only',
      'A service runs in production, where there is no stack, no test and no stand-in. Its tests may use testing.',
      { path: service },
      { path: '^(stack|demo|e2e|load-tests|external)/' },
    ),
    boundary(
      'production-imports-no-test-code',
      'Only tests, the stack and what measures them may import testing.',
      { path: '^(services|packages|external|scaffolding/templates)/', pathNot: tests },
      { path: `(^testing/|${tests})` },
    ),
    boundary(
      'packages-stand-at-the-bottom',
      'A package knows other packages and nothing above it. Its tests may use testing.',
      { path: '^packages/' },
      { path: '^(stack|demo|external|e2e|load-tests)/' },
    ),
    boundary(
      'stand-ins-import-nothing-of-ours',
      'What is in external/ plays somebody else: sharing code with it would prove nothing.',
      { path: '^external/([^/]+)/' },
      { path: '^(services|packages|external|stack|demo|testing|e2e|load-tests)/', pathNot: '^external/$1/' },
    ),
    boundary(
      'stand-ins-are-reached-over-the-network',
      'What somebody else runs in production cannot be imported there.',
      { pathNot: '^external/' },
      { path: '^external/' },
    ),
    boundary(
      'the-stack-needs-no-tests',
      'npm start works without testing, e2e and load-tests.',
      { path: '^(stack|demo)/', pathNot: tests },
      { path: '^(testing|e2e|load-tests)/' },
    ),
    boundary(
      'the-stack-knows-no-shop',
      'The stack knows the topology, the demo knows the shop: a new shop replaces the demo, and keeps the stack.',
      { path: '^stack/' },
      { path: '^demo/' },
    ),
    boundary(
      'the-machinery-knows-no-contract',
      'A clone replaces the contracts of the shop, and keeps the packages, the stack and the testing tools.',
      { path: '^(packages|stack|testing)/', pathNot: '^packages/contracts/' },
      { path: '^packages/contracts/' },
    ),
    boundary(
      'kafkajs-in-events-alone',
      'The client is no longer maintained; it must be replaceable in one folder.',
      { pathNot: '^packages/events/' },
      { path: '(^|/)kafkajs(/|$)' },
    ),
    boundary(
      'the-domain-imports-nothing',
      'Rules are pure: no I/O, no clock, nothing of ours but other nouns of the service. Pass them what they need.',
      { path: nouns },
      { path: '.', pathNot: nouns },
    ),
    boundary(
      'packages-are-imported-by-name',
      'A relative path into another package goes round its package.json and its exports.',
      {
        path: '^((services|packages|external|scaffolding/templates)/[^/]+|stack|demo|testing|e2e|load-tests)/',
      },
      { pathNot: '^$1/', dependencyTypes: ['local'] },
    ),
    boundary(
      'what-is-imported-is-declared',
      'Not in the package.json beside it, or not among the exports of the package it names (contracts are imported by publisher: @repo/contracts/order).',
      {},
      { dependencyTypes: ['unknown', 'npm-no-pkg', 'npm-unknown'] },
    ),
    boundary(
      'production-imports-no-dev-dependency',
      'An image is installed without devDependencies.',
      { path: '^(services|packages|external|stack|demo|scaffolding/templates)/', pathNot: tests },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    boundary('no-circles', 'Two files that need each other are one file, or three.', {}, { circular: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Reads the imports as they are written, so that `import type` counts.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'default'] },
  },
};
