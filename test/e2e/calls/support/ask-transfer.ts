import { lockAgentSession } from '../../../../src/db/agent-sessions';
import { findAttempt } from '../../../../src/db/attempts';
import type { Database } from '../../../../src/db/database';
import { requestTransfer, type NewTransfer } from '../../../../src/db/transfers';
import type { SignedIn } from './call-floor';

export type TransferTo =
  | { readonly colleague: SignedIn }
  | { readonly phoneId: string }
  | { readonly officeNumberId: string };

/** As POST /v1/me/call/transfer writes it. @returns its id */
export async function askTransfer(
  db: Database,
  attemptId: string,
  kind: NewTransfer['kind'],
  to: TransferTo,
): Promise<string> {
  const attempt = (await findAttempt(db, attemptId))!;
  const colleague = 'colleague' in to ? to.colleague : null;
  const { id } = await db.transaction(async (tx) =>
    requestTransfer(
      tx,
      {
        ...{ kind, attemptId, creditorId: attempt.creditorId, fromAgentId: attempt.agentId },
        target: colleague !== null ? 'agent' : 'phoneId' in to ? 'phone' : 'office',
        toAgentId: colleague?.agentId ?? null,
        toSessionId: colleague?.sessionId ?? null,
        phoneId: 'phoneId' in to ? to.phoneId : null,
        officeNumberId: 'officeNumberId' in to ? to.officeNumberId : null,
        ...{ note: 'asks for a plan', actor: 'test' },
      },
      colleague && (await lockAgentSession(tx, colleague.sessionId)),
    ),
  );
  return id;
}
