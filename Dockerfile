# All images of Tenfold: a target for each process, and `tools` for the commands that prepare and demonstrate the system.
#
#   docker build --target order --tag tenfold/order:local .
#
# There is no build step: Node runs TypeScript directly, but not below node_modules. So the image has a copy of the
# workspace, and pnpm installs the production dependencies of one process into it.

FROM node:24-bookworm-slim AS pnpm
RUN npm install --global --no-update-notifier pnpm@12.21.0
WORKDIR /app

# World-readable whatever the umask of the clone, since a process runs as an arbitrary user.
FROM pnpm AS sources
COPY . .
RUN chmod -R a+rX .

# Only the files that pnpm reads: a change of source keeps this layer, so the installed packages stay in the cache.
FROM sources AS manifests
RUN find . -type f -not -name package.json -not -name 'pnpm-*.yaml' -not -path './patches/*' -delete \
 && find . -type d -empty -delete

FROM pnpm AS install
COPY --from=manifests /app .
# Few connections for each build, since several images are built in parallel.
ENV CI=true pnpm_config_store_dir=/pnpm pnpm_config_network_concurrency=8
COPY --chmod=755 <<'EOF' /usr/local/bin/install-for
#!/bin/sh
# Installs the production dependencies of one project, without files that only people read: half of the size would be
# types and source maps.
set -e
pnpm install --prod --no-optional --frozen-lockfile --filter "$1..."
find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
EOF

FROM install AS order-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/order
FROM install AS inventory-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/inventory
FROM install AS payment-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/payment
FROM install AS notification-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/notification
FROM install AS payment-provider-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/payment-provider
FROM install AS identity-provider-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/identity-provider
FROM install AS mailbox-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/mailbox
FROM install AS tools-modules
RUN --mount=type=cache,target=/pnpm install-for @repo/demo

FROM node:24-bookworm-slim AS process
LABEL org.opencontainers.image.title="Tenfold" \
      org.opencontainers.image.description="A reference order-processing system" \
      org.opencontainers.image.licenses="MIT"
# A process needs only Node, and each removed program is one less source of vulnerabilities.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* \
 && install -d -o 10001 -g 10001 /data /credentials
COPY <<'EOF' /app/healthy.mjs
// docker's health check, since there is no curl: node /app/healthy.mjs URL
const { ok } = await fetch(process.argv[2], { signal: AbortSignal.timeout(3_000) }).catch(() => ({ ok: false }));
process.exit(ok ? 0 : 1);
EOF
# A number, so that Kubernetes can verify that it is not root.
USER 10001:10001
ENTRYPOINT []

FROM process AS order
COPY --from=order-modules /app /app
COPY --from=sources /app/packages /app/packages
COPY --from=sources /app/services/order /app/services/order
WORKDIR /app/services/order
CMD ["node", "--import", "@repo/observability/preload", "src/main.ts"]

FROM process AS inventory
COPY --from=inventory-modules /app /app
COPY --from=sources /app/packages /app/packages
COPY --from=sources /app/services/inventory /app/services/inventory
WORKDIR /app/services/inventory
CMD ["node", "--import", "@repo/observability/preload", "src/main.ts"]

FROM process AS payment
COPY --from=payment-modules /app /app
COPY --from=sources /app/packages /app/packages
COPY --from=sources /app/services/payment /app/services/payment
WORKDIR /app/services/payment
CMD ["node", "--import", "@repo/observability/preload", "src/main.ts"]

FROM process AS notification
COPY --from=notification-modules /app /app
COPY --from=sources /app/packages /app/packages
COPY --from=sources /app/services/notification /app/services/notification
WORKDIR /app/services/notification
CMD ["node", "--import", "@repo/observability/preload", "src/main.ts"]

# Stand-ins for systems that another company runs in production.
FROM process AS payment-provider
COPY --from=payment-provider-modules /app /app
COPY --from=sources /app/external/payment-provider /app/external/payment-provider
WORKDIR /app/external/payment-provider
CMD ["node", "src/main.ts"]

FROM process AS identity-provider
COPY --from=identity-provider-modules /app /app
COPY --from=sources /app/external/identity-provider /app/external/identity-provider
WORKDIR /app/external/identity-provider
CMD ["node", "src/main.ts"]

FROM process AS mailbox
COPY --from=mailbox-modules /app /app
COPY --from=sources /app/external/mailbox /app/external/mailbox
WORKDIR /app/external/mailbox
CMD ["node", "src/main.ts"]

FROM process AS tools
COPY --from=tools-modules /app /app
COPY --from=sources /app/packages /app/packages
COPY --from=sources /app/stack /app/stack
COPY --from=sources /app/demo /app/demo
WORKDIR /app
ENV TENFOLD_RUNNING_FILE=/app/stack/src/containers/running.json
CMD ["node", "demo/src/containers/tool.ts"]
