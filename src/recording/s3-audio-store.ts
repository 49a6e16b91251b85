import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AudioStore } from './audio-store';
import type { ByteRange } from './sealed-audio';

export interface S3AudioStoreOptions {
  readonly bucket: string;
  /** Null: AWS. */
  readonly endpoint: string | null;
  readonly region: string;
  /** The bucket stands in the path, not in the host name. */
  readonly pathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Tries of one request, with back-off between them. */
  readonly maxAttempts?: number;
  /** Bytes of one part of an upload; S3 takes no smaller ones than 5 MiB but the last. */
  readonly partBytes?: number;
}

const MAX_ATTEMPTS = 4;
/** 10,000 parts are the most: 80 GB, where the longest talk has 230 MB. */
const PART_BYTES = 8 * 1_048_576;
const PARTS_AT_ONCE = 2;
const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 60_000;

/** 20 MB and a third of a second, for those alone who keep recordings there. */
async function loadSdk() {
  const [s3, storage] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/lib-storage'),
  ]);
  return { ...s3, Upload: storage.Upload };
}
type Sdk = Awaited<ReturnType<typeof loadSdk>>;

/**
 * A bucket of an S3-compatible service. Small audio goes in one request, larger in parts, each tried
 * again by itself; an object is there when the last request is answered, and not before.
 */
export class S3AudioStore implements AudioStore {
  private constructor(
    private readonly options: S3AudioStoreOptions,
    private readonly sdk: Sdk,
    private readonly client: S3Client,
  ) {}

  static async open(options: S3AudioStoreOptions): Promise<S3AudioStore> {
    const sdk = await loadSdk();
    const { endpoint, region, pathStyle, accessKeyId, secretAccessKey } = options;
    const client = new sdk.S3Client({
      ...{ region, forcePathStyle: pathStyle, credentials: { accessKeyId, secretAccessKey } },
      ...(endpoint === null ? {} : { endpoint }),
      maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
      },
      // checksums in trailers are newer than many services; what was stored is read back instead
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return new S3AudioStore(options, sdk, client);
  }

  async put(name: string, chunks: Iterable<Buffer>): Promise<void> {
    const upload = new this.sdk.Upload({
      client: this.client,
      params: {
        ...{ Bucket: this.options.bucket, Key: name, ContentType: 'application/octet-stream' },
        Body: Readable.from(chunks, { objectMode: false }),
      },
      partSize: this.options.partBytes ?? PART_BYTES,
      queueSize: PARTS_AT_ONCE,
      // parts that were sent are taken back when the upload fails
      leavePartsOnError: false,
    });
    await upload.done();
  }

  async read(name: string, { from, to }: ByteRange): Promise<Buffer> {
    const { Body } = await this.client.send(
      new this.sdk.GetObjectCommand({
        ...{ Bucket: this.options.bucket, Key: name, Range: `bytes=${from}-${to}` },
      }),
    );
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    if (bytes.length !== to - from + 1) throw new Error('a stored recording is cut short');
    return bytes;
  }

  /** S3 answers alike whether there was one. */
  async remove(name: string): Promise<void> {
    await this.client.send(
      new this.sdk.DeleteObjectCommand({ Bucket: this.options.bucket, Key: name }),
    );
  }

  /**
   * Null: the bucket is there and the key may use it. `refused`: the service says no, which waiting
   * does not mend. `away`: it cannot be asked.
   */
  async trouble(): Promise<{ readonly kind: 'refused' | 'away'; readonly why: string } | null> {
    try {
      await this.client.send(new this.sdk.HeadBucketCommand({ Bucket: this.options.bucket }));
      return null;
    } catch (error) {
      // a HEAD has no body to say why: the status is all there is
      const status =
        error instanceof this.sdk.S3ServiceException ? error.$metadata.httpStatusCode : 0;
      if (status === 404) return { kind: 'refused', why: 'there is no such bucket' };
      if (status === 401 || status === 403)
        return { kind: 'refused', why: 'the access key may not use the bucket' };
      if (status === 301 || status === 400)
        return { kind: 'refused', why: 'the bucket is of another region, or the key is not known' };
      return { kind: 'away', why: error instanceof Error ? error.name : String(error) };
    }
  }

  close(): void {
    this.client.destroy();
  }
}
