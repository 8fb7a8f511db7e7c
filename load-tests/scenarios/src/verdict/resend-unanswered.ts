import { type Answer, type Request, send } from '../shop/send.ts';
import type { OpenShop } from '../shop/shop.ts';
import type { SystemUnderTest } from '../system-under-test.ts';
import type { Story } from './journal.ts';

type ResendContext = { shop: OpenShop; system: SystemUnderTest; signal: AbortSignal };

/**
 * Resends requests without an answer, with the same key: this is how a client learns whether its order was placed or
 * cancelled. A story without an answer to the second request stays as it was.
 */
export async function resendUnanswered(
  stories: Story[],
  { shop, system, signal }: ResendContext,
): Promise<void> {
  const orders = `${system.orderUrl}/v1/orders`;

  async function ask(
    story: Story,
    url: string,
    request: Pick<Request, 'key' | 'body'>,
  ): Promise<Answer | undefined> {
    const token = await shop.tokens(shop.customers[story.plan.customer] as string);
    return send('POST', url, { ...request, token, signal }).catch(() => {
      signal.throwIfAborted();
      return undefined;
    });
  }

  for (const story of stories.filter(({ status }) => status === undefined)) {
    const { lines, paymentToken } = story.plan;
    const answer = await ask(story, orders, { key: story.key, body: { lines, paymentToken } });
    story.status = answer?.status;
    if (answer?.status === 201) story.orderId = answer.body.id as string;
  }
  for (const { cancel, ...story } of stories) {
    if (!cancel || cancel.status !== undefined) continue;
    const answer = await ask(story, `${orders}/${story.orderId}/cancel`, { key: cancel.key });
    if (answer) cancel.status = answer.status;
  }
}
