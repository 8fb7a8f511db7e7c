#!/usr/bin/env bash
# Starts a broker in the official image. The image's own start writes its configuration below /opt, which is read-only
# here. The environment says what is this broker's own: NODE_ID, ROLES (broker, or broker,controller), ADVERTISED
# (where clients find it), and perhaps OUTSIDE (where clients outside of its network find it).
set -euo pipefail

config=/tmp/broker.properties
listeners=PLAINTEXT://:9092
advertised=PLAINTEXT://$ADVERTISED
[ "$ROLES" = broker ] || listeners+=,CONTROLLER://:9093
if [ -n "${OUTSIDE:-}" ]; then
  listeners+=,OUTSIDE://:9094
  advertised+=,OUTSIDE://$OUTSIDE
fi
{
  cat "$(dirname "$0")/broker.properties"
  printf '%s\n' "node.id=$NODE_ID" "process.roles=$ROLES" "listeners=$listeners" "advertised.listeners=$advertised"
} >"$config"

# The id tells the brokers of one cluster that they belong together; it is no secret.
if [ ! -e /var/lib/kafka/data/meta.properties ]; then
  /opt/kafka/bin/kafka-storage.sh format --cluster-id dGVuZm9sZC1jbHVzdGVyMQ --config "$config"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$config"
