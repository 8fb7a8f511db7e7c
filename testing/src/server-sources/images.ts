/** The images of the servers, those of docker-compose.yml: tests and demo meet the same servers. */
export const images = {
  postgres: 'postgres:18',
  valkey: 'valkey/valkey:8',
  kafka: 'apache/kafka:4.3.1',
};
