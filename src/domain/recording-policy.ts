/**
 * Whether a creditor's talks are recorded. `required`: all, and where that fails nobody is called for it until
 * a person says so.
 */
export const RECORDING_POLICIES = ['never', 'all', 'required'] as const;
export type RecordingPolicy = (typeof RECORDING_POLICIES)[number];
