import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutProcesses } from './edit-file.ts';
import { processesOf } from './processes.ts';

const processes = processesOf(['first', 'second', 'second-provider', 'gateway'], ['second']);

const CASES: [kind: string, path: string, before: string, after: string][] = [
  [
    'a block of YAML, with its variables and its place in lists',
    'docker-compose.yml',
    `services:
  first:
    depends_on: [gateway, second]
    environment: { FIRST_PORT: 1, SECOND_PORT: 2 }
  # The second one.
  second:
    image: x/second

  second-2:
    extends: second
  second-provider:
    image: x/second-provider
`,
    `services:
  first:
    depends_on: [gateway]
    environment: { FIRST_PORT: 1 }

  second-provider:
    image: x/second-provider
`,
  ],
  [
    'a manifest, and the patch of one',
    'k8s/a.yaml',
    `metadata:
  name: first
patches:
  - path: a.yaml
    target:
      name: second
  - path: b.yaml
---
metadata:
  name: second
`,
    `metadata:
  name: first
patches:
  - path: b.yaml
`,
  ],
  [
    'a stage of a Dockerfile',
    'Dockerfile',
    'FROM a AS first\nRUN x\n\nFROM a AS second\nRUN y\n\n# Others.\nFROM a AS second-provider\nRUN z\n',
    'FROM a AS first\nRUN x\n\n# Others.\nFROM a AS second-provider\nRUN z\n',
  ],
  [
    'a route, its backend, and its path in a sentence',
    'gateway/haproxy.cfg',
    `  set str(first) if { path -m reg ^/v[0-9]+/ones(/|$) }
  set str(second) if { path -m reg ^/v[0-9]+/twos(/|$) }
  acl by_name path -m reg ^/(first|second)/
backend second from service
  server second:2
backend first from service
  acl ready nbsrv(first) gt 0
  acl ready nbsrv(second) gt 0
  error lf-string "https://x.second/problems"
  detail "It knows /v1/ones and /v1/twos."
`,
    `  set str(first) if { path -m reg ^/v[0-9]+/ones(/|$) }
  acl by_name path -m reg ^/(first)/
backend first from service
  acl ready nbsrv(first) gt 0
  error lf-string "https://x.second/problems"
  detail "It knows /v1/ones."
`,
  ],
  [
    'a property, and an item of a list',
    'stack/src/topology.ts',
    "const a = {\n  first: [],\n  second: {\n    port: 2,\n  },\n};\nconst b = ['first', 'second'];\n",
    "const a = {\n  first: [],\n};\nconst b = ['first'];\n",
  ],
  [
    'a property, and not the gateway of that name or a word of a sentence',
    'testing/src/a.ts',
    "const a = {\n  'second-gateway': [],\n  'second-migrate': [],\n};\nconst b = [\n  [/^a/, 'a second one'],\n  ['second', 1],\n];\n",
    "const a = {\n  'second-gateway': [],\n};\nconst b = [\n  [/^a/, 'a second one'],\n];\n",
  ],
  [
    'an address in JSON',
    'stack/src/containers/running.json',
    '{\n  "a": {\n    "first": { "url": "1" },\n    "second": { "url": "2" }\n  }\n}\n',
    '{\n  "a": {\n    "first": { "url": "1" }\n  }\n}\n',
  ],
];

for (const [kind, path, before, after] of CASES) {
  test(`a process is removed from a file: ${kind}`, () => {
    assert.equal(withoutProcesses(path, before, processes), after);
  });
}
