import { classOfProvisionals } from '../../../../sip/outcome/early-media';

test.each([
  [[], false, 'none'],
  [[100], false, 'none'],
  [[180], false, 'ringback'],
  [[183, 180], false, 'ringback'],
  [[180], true, 'carrier_ringback'],
  // the tone begins before the phone
  [[183, 180], true, 'carrier_ringback'],
  [[183], true, 'early_audio'],
  [[181, 183], true, 'early_audio'],
  [[183], false, 'progress'],
  [[181], false, 'forwarded'],
  [[181, 180], false, 'ringback'],
  [[181, 182], false, 'queued'],
  [[199], false, 'none'],
] as const)('E2: %j, with a description: %s', (statuses, hasDescription, expected) => {
  const said = { statuses: new Set<number>(statuses), hasDescription };
  expect(classOfProvisionals(said)).toBe(expected);
});
