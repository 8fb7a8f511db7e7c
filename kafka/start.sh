#!/usr/bin/env bash
# Starts a broker in the official image, whose own start script writes its configuration below /opt: that is read-only
# here. The environment has the settings of this broker: NODE_ID, ROLES (broker, or broker,controller), ADVERTISED (its
# address for clients), and optionally OUTSIDE (its address for clients outside its network).
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

# The brokers of one cluster share this id; it is not a secret.
if [ ! -e /var/lib/kafka/data/meta.properties ]; then
  /opt/kafka/bin/kafka-storage.sh format --cluster-id dGVuZm9sZC1jbHVzdGVyMQ --config "$config"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$config"
