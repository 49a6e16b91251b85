import { createHmac } from 'node:crypto';

/** Relays of sound for browsers whose network carries no UDP, or none to the media engines. */
export interface TurnRelays {
  /** RFC 7065, as `turns:turn.example.com:443?transport=tcp`. */
  readonly urls: readonly string[];
  /** Shared with the relays (`static-auth-secret` of coturn). */
  readonly secret: string;
}

export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
}

/**
 * Credentials that a relay can check by the secret alone, good until an instant: "A REST API for access
 * to TURN services" (draft-uberti-behave-turn-rest-00, 2.2), which coturn and others speak.
 * @param user whom the relay's log names
 */
export function turnCredentials(secret: string, user: string, expiresAt: Date): TurnCredentials {
  const username = `${Math.floor(expiresAt.getTime() / 1_000)}:${user}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
