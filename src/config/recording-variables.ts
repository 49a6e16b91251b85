import { z } from 'zod';
import { variableDocs } from './variable-docs';
import { wholeNumber } from './whole-number';

const s3Endpoint = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return (
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.hostname !== '' &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  );
}, 'is not the address of an S3 service');

/** Bucket names as S3 takes them: 3 to 63 characters, also those of other services than AWS. */
const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket');

const regionName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the name of a region');

/** What is recorded, and where it is kept. */
export const recordingVariables = {
  SANTUN_RECORDING_SPOOL: z.string().optional().register(variableDocs, {
    about:
      'The folder that the rtpengines write to (--recording-dir with --recording-method=pcap --recording-format=eth), as the workers see it. Every talk is recorded then; what lies here is not encrypted yet. Unset: nothing is recorded.',
    accepted: 'the path of a folder; needs SANTUN_RTPENGINES in the role sip',
    example: '/var/spool/rtpengine',
  }),
  SANTUN_RECORDING: z
    .enum(['off', 'all'], { message: 'is not a recording policy' })
    .default('all')
    .register(variableDocs, {
      about: 'Which talks are recorded, where there is a spool.',
      accepted: 'all, or off',
    }),
  SANTUN_RECORDING_DIR: z.string().optional().register(variableDocs, {
    about:
      'Where the encrypted recordings are kept, the same for the roles workers and api. Unset: recordings in SANTUN_DATA_DIR.',
    accepted: 'the path of a folder; it is made when missing',
    example: '/var/lib/santun/recordings',
  }),
  SANTUN_RECORDING_SPOOL_LIMIT_MB: wholeNumber(1, 100_000_000, 'a number of megabytes')
    .default(20_000)
    .register(variableDocs, {
      about:
        'What may lie in the spool while the store is away, MB. Beyond it creditors that need their calls recorded are called no more until there is room. The default holds some 150 hours of G.711.',
      accepted: 'a whole number from 1 to 100000000',
    }),
  SANTUN_RECORDING_S3_BUCKET: bucketName.optional().register(variableDocs, {
    about:
      'The bucket of an S3-compatible service that the encrypted recordings are kept in, instead of a folder; the same for the roles workers and api. Let its lifecycle rules end uploads that were begun and never completed.',
    accepted: 'the name of a bucket; not together with SANTUN_RECORDING_DIR',
    example: 'santun-recordings',
  }),
  SANTUN_RECORDING_S3_ENDPOINT: s3Endpoint.optional().register(variableDocs, {
    about: 'Where the S3-compatible service is. Unset: AWS.',
    accepted: 'http:// or https:// address',
    example: 'https://s3.example.com',
  }),
  SANTUN_RECORDING_S3_REGION: regionName.default('us-east-1').register(variableDocs, {
    about: 'Region that requests to the S3 service are signed for.',
    accepted:
      'the name of a region, such as ap-southeast-3; services of their own mostly ignore it',
  }),
  SANTUN_RECORDING_S3_PATH_STYLE: z
    .enum(['on', 'off'], { message: 'is neither on nor off' })
    .optional()
    .register(variableDocs, {
      about:
        'Whether the bucket is named in the path (on) or in the host name (off). Unset: on where there is a SANTUN_RECORDING_S3_ENDPOINT, off with AWS.',
      accepted: 'on or off',
      example: 'on',
    }),
  SANTUN_RECORDING_S3_ACCESS_KEY_ID: z
    .string()
    .regex(/^\S{3,128}$/, 'is not the id of an access key')
    .optional()
    .register(variableDocs, {
      about: 'Access key of the S3 service: it may put, get and delete objects of the bucket.',
      accepted: 'the id of an access key',
      example: 'santun',
      secret: true,
    }),
  SANTUN_RECORDING_S3_SECRET_ACCESS_KEY: z
    .string()
    .regex(/^\S{8,256}$/, 'is not a secret access key')
    .optional()
    .register(variableDocs, {
      about: 'The secret of that access key.',
      accepted: '8 to 256 characters without spaces',
      secret: true,
    }),
};
