/** What clients hand over and nobody may pass on: planted by the workload, and looked for in everything that is written. */
export const SECRETS = {
  'the card number': '4111111111111111',
  'an e-mail address': '@canary.example',
};
