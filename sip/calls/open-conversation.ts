import type { CallOptions } from './call-options';
import { Conversation, type ConversationEvents } from './conversation';
import type { DialEnd } from './dialing';

/** The conversation of a debtor who has answered; what is captured and played follows it. */
export function openConversation(
  options: CallOptions,
  { leg, meanwhile = null }: Pick<Extract<DialEnd, { kind: 'answered' }>, 'leg' | 'meanwhile'>,
  events: Pick<ConversationEvents, 'onCustomerEnded' | 'onMediaLost'>,
): Conversation {
  const { talk, recorder, prompts } = options;
  return new Conversation(
    talk,
    leg,
    {
      ...events,
      onMediaMoved: (media, lost) => {
        recorder?.moveTo(media, lost ? 'engine_lost' : 'moved');
      },
      onHeld: (media) => void prompts.fillHold(media),
      onLeftAlone: (one) => prompts.sayGoodbye(one),
    },
    { ...options, meanwhile },
  );
}
