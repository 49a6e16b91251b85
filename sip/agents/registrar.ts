import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import {
  findRegistration,
  findSipIdentity,
  removeRegistration,
  saveRegistration,
  type SipIdentity,
} from '../../src/db/registrations';
import { isTrunkAddress } from '../../src/db/trunk-routing';
import type { IncomingRequest } from '../gateway/incoming-request';
import {
  digestChallenge,
  digestMatches,
  issueNonce,
  nonceState,
  parseDigestCredentials,
  type DigestAlgorithm,
  type DigestCredentials,
} from './digest';
import { FailureLimiter } from './failure-limiter';
import { NonceLedger } from './nonce-ledger';
import { userOf } from '../gateway/user-of';
import { hostPortOf, readRegister, type RegisterRequest } from './read-register';

export interface RegistrarOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly sipInstanceId: string;
  readonly realm: string;
  /** Signs nonces. */
  readonly secretKey: Buffer;
  readonly algorithm: DigestAlgorithm;
  /** `isNew`: another Call-ID or Contact than the binding before. */
  readonly onRegistered: (agentId: string, isNew: boolean) => void;
  readonly onUnregistered: (agentId: string) => void;
  readonly now: () => number;
}

const MIN_EXPIRES_SECONDS = 30;
const MAX_EXPIRES_SECONDS = 600;
const RETRY_AFTER_SECONDS = 60;

type Verdict =
  | { readonly kind: 'proven'; readonly identity: SipIdentity }
  | { readonly kind: 'challenge'; readonly stale: boolean }
  | { readonly kind: 'refused' };

/** Takes REGISTER (RFC 3261, 10.3) from agents' softphones and nobody else. */
export class Registrar {
  /** One who mistypes a password does not lock out the colleagues behind the same NAT. */
  private readonly userFailures = new FailureLimiter(20);
  private readonly sourceFailures = new FailureLimiter(200);
  private readonly ledger = new NonceLedger();

  constructor(private readonly options: RegistrarOptions) {}

  async receive(request: IncomingRequest): Promise<void> {
    const nowMs = this.options.now();
    const source = request.sourceAddress;
    const user = `${source} ${userOf(request.header('to'))}`;
    if (this.userFailures.isBlocked(user, nowMs) || this.sourceFailures.isBlocked(source, nowMs)) {
      await request.respond(503, { 'Retry-After': String(RETRY_AFTER_SECONDS) });
      return;
    }
    const verdict = await this.authenticate(request, nowMs);
    if (verdict.kind === 'challenge') {
      await this.challenge(request, verdict.stale, nowMs);
    } else if (verdict.kind === 'refused') {
      this.userFailures.recordFailure(user, nowMs);
      this.sourceFailures.recordFailure(source, nowMs);
      await request.respond(403);
    } else {
      await this.apply(request, verdict.identity);
    }
  }

  private challenge(request: IncomingRequest, stale: boolean, nowMs: number): Promise<void> {
    const { realm, secretKey, algorithm } = this.options;
    const nonce = issueNonce(secretKey, nowMs, request.sourceAddress);
    return request.respond(401, {
      'WWW-Authenticate': digestChallenge({ realm, nonce, algorithm, stale }),
    });
  }

  private async authenticate(request: IncomingRequest, nowMs: number): Promise<Verdict> {
    const header = request.header('authorization');
    const credentials = header === '' ? null : parseDigestCredentials(header);
    if (credentials?.realm !== this.options.realm) return { kind: 'challenge', stale: false };
    const state = nonceState(
      this.options.secretKey,
      credentials.nonce,
      nowMs,
      request.sourceAddress,
    );
    if (state === 'foreign') return { kind: 'challenge', stale: false };
    // an unknown user goes the same way, at the same cost, to the same answer
    const identity = await findSipIdentity(this.options.db, credentials.username);
    const right = digestMatches(this.ha1Of(identity, credentials), 'REGISTER', credentials);
    const own = userOf(request.header('to')) === credentials.username;
    if (!right || identity === null || !own) return { kind: 'refused' };
    if (state === 'stale' || !this.ledger.accept(credentials.nonce, credentials.nc, nowMs))
      return { kind: 'challenge', stale: true };
    return { kind: 'proven', identity };
  }

  private ha1Of(identity: SipIdentity | null, credentials: DigestCredentials): string {
    if (identity === null)
      return createHmac('sha256', this.options.secretKey)
        .update(credentials.username)
        .digest('hex');
    return credentials.algorithm === 'MD5' ? identity.ha1Md5 : identity.ha1Sha256;
  }

  private async apply(request: IncomingRequest, identity: SipIdentity): Promise<void> {
    const { agentId } = identity;
    const asked = readRegister(request.header('contact'), request.header('expires'));
    switch (asked.kind) {
      case 'malformed':
        await request.respond(400);
        return;
      case 'query':
        await this.answerBinding(request, agentId);
        return;
      case 'unbind':
        await this.unbind(request, agentId, asked.contactUri);
        return;
      case 'bind':
        await this.bind(request, identity, asked);
    }
  }

  private async unbind(
    request: IncomingRequest,
    agentId: string,
    contactUri: string | null,
  ): Promise<void> {
    const { db, sipInstanceId, log, onUnregistered } = this.options;
    const removed = await removeRegistration(db, { agentId, sipInstanceId, contactUri });
    await request.respond(200);
    if (!removed) return;
    log.info({ agentId }, 'softphone unregistered');
    onUnregistered(agentId);
  }

  private async bind(
    request: IncomingRequest,
    { agentId, sipCredentialId }: SipIdentity,
    asked: Extract<RegisterRequest, { kind: 'bind' }>,
  ): Promise<void> {
    const overWebSocket = request.transport === 'ws' || request.transport === 'wss';
    // RFC 7118, 5.1. Danger: without it a Contact could name a trunk, and our INVITE to the
    // "softphone" would be a call to anybody
    if (overWebSocket && !/;transport=wss?(?:;|$)/i.test(asked.contactUri)) {
      await request.respond(400);
      return;
    }
    if (asked.expiresSeconds < MIN_EXPIRES_SECONDS) {
      // RFC 3261, 21.4.17
      await request.respond(423, { 'Min-Expires': String(MIN_EXPIRES_SECONDS) });
      return;
    }
    const { db, sipInstanceId, log } = this.options;
    const address = hostPortOf(asked.contactUri);
    if (address === null || (await isTrunkAddress(db, address.host, address.port))) {
      // Danger: drachtio-server sends what goes to a registered Contact's address over the
      // softphone's connection, so this one would get the calls that are meant for the trunk
      log.warn(
        { agentId },
        'REGISTER refused: the Contact is the address of a trunk, or of nobody',
      );
      await request.respond(403);
      return;
    }
    const expiresInSeconds = Math.min(asked.expiresSeconds, MAX_EXPIRES_SECONDS);
    const binding = {
      agentId,
      sipInstanceId,
      contactUri: asked.contactUri,
      transport: request.transport,
      sourceAddress: request.sourceAddress,
      sourcePort: request.sourcePort,
      callId: request.header('call-id'),
      cseq: Number.parseInt(request.header('cseq'), 10) || 0,
      expiresInSeconds,
      sipCredentialId,
    };
    const saved = await saveRegistration(db, binding);
    if (saved === 'overtaken') {
      // RFC 3261, 10.3: an older request that was overtaken
      await request.respond(500, { 'Retry-After': '1' });
      return;
    }
    await request.respond(200, {
      Contact: `<${asked.contactUri}>;expires=${expiresInSeconds}`,
      Expires: String(expiresInSeconds),
    });
    const isNew = saved === 'new';
    if (isNew) log.info({ agentId, transport: binding.transport }, 'softphone registered');
    this.options.onRegistered(agentId, isNew);
  }

  private async answerBinding(request: IncomingRequest, agentId: string): Promise<void> {
    const standing = await findRegistration(this.options.db, agentId);
    const headers: Record<string, string> = {};
    if (standing !== null) {
      const left = Math.max(0, Math.round((standing.expiresAt.getTime() - Date.now()) / 1_000));
      headers.Contact = `<${standing.contactUri}>;expires=${left}`;
    }
    await request.respond(200, headers);
  }
}
