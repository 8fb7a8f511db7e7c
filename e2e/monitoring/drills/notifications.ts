import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An alert as Alertmanager posts it. */
export interface Notification {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  fingerprint: string;
}

/** What an operator has been told: the latest news of each alert. */
export interface Notifications {
  /** For Alertmanager's webhook. */
  url: string;
  /** The alerts that fire, with all of these labels. */
  firing(labels?: Record<string, string>): Notification[];
  close(): void;
}

/** Receives what Alertmanager sends (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
export async function receiveNotifications(): Promise<Notifications> {
  const latest = new Map<string, Notification>();
  const server = createServer(async (request, response) => {
    const { alerts } = (await json(request)) as { alerts: Notification[] };
    for (const alert of alerts) latest.set(alert.fingerprint, alert);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    firing: (wanted = {}) =>
      [...latest.values()].filter(
        ({ status, labels }) =>
          status === 'firing' && Object.entries(wanted).every(([name, value]) => labels[name] === value),
      ),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
