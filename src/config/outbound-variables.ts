import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { variableDocs } from './variable-docs';

const networks = z.string().transform((text, context): readonly string[] => {
  const given = text.split(',').map((network) => network.trim());
  const wrong = given.find((network) => !ipaddr.isValidCIDR(network));
  if (wrong === undefined) return given;
  context.addIssue({ code: 'custom', message: `: "${wrong}" is not a network` });
  return z.NEVER;
});

/** Where webhooks and messages may go. */
export const outboundVariables = {
  SANTUN_OUTBOUND_ALLOW: networks.default([]).register(variableDocs, {
    about:
      'Networks that webhooks and messages may go to although they are not public, and without TLS. Unset: public addresses by https alone.',
    accepted: 'networks in CIDR form, several with commas between',
    example: '10.20.0.0/16',
  }),
};
