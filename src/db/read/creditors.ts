import type { Collector } from '../../domain/call-facts';
import type { RecordingPolicy } from '../../domain/recording-policy';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export interface CreditorRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly country: string;
  readonly collector: Collector;
  readonly rulePacks: string[];
  readonly controlShare: number;
  readonly weight: number;
  readonly recordingRetentionMonths: number;
  readonly recordingPolicy: RecordingPolicy;
  readonly createdAt: Date;
}

const COLUMNS = `id, code, name, currency, country, collector, rule_packs as "rulePacks", control_share as "controlShare",
  weight, recording_retention_months as "recordingRetentionMonths",
  recording_policy as "recordingPolicy", created_at as "createdAt"`;

export async function findCreditor(db: Queryable, id: string): Promise<CreditorRow | null> {
  const { rows } = await db.query<CreditorRow>(`select ${COLUMNS} from creditor where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

export async function listCreditors(db: Queryable, page: PageRequest): Promise<Page<CreditorRow>> {
  const { rows } = await db.query<CreditorRow>(
    `select ${COLUMNS} from creditor where ($1::uuid is null or id < $1)
     order by id desc limit $2`,
    [page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}
