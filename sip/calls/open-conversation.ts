import type { MediaLeg } from '../media/media-leg';
import type { CallOptions } from './call-options';
import { Conversation, type ConversationEvents } from './conversation';

/** The conversation of a debtor who has answered; what is captured and played follows it. */
export function openConversation(
  options: CallOptions,
  debtor: MediaLeg,
  events: Pick<ConversationEvents, 'onCustomerEnded' | 'onMediaLost'>,
): Conversation {
  const { talk, recorder, prompts } = options;
  return new Conversation(
    talk,
    debtor,
    {
      ...events,
      onMediaMoved: (media, lost) => {
        recorder?.moveTo(media, lost ? 'engine_lost' : 'moved');
      },
      onHeld: (media) => void prompts.fillHold(media),
      onLeftAlone: (one) => prompts.sayGoodbye(one),
    },
    options,
  );
}
