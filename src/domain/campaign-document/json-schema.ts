import { z } from 'zod';
import { campaignDocument } from './campaign-document';

type JsonSchema = z.core.JSONSchema.JSONSchema;

let made: JsonSchema | null = null;

/** What editors complete and check from (JSON Schema 2020-12); what needs two fields to tell is left to us. */
export function documentJsonSchema(): JsonSchema {
  made ??= {
    ...z.toJSONSchema(campaignDocument, { io: 'input' }),
    title: 'Campaign document',
    description: 'One campaign: whom to call, when, how often, and in which order',
  };
  return made;
}

/** The fields that an object may have at a path of the document; none when it is not an object. */
export function knownFields(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  let places = resolve(schema, schema);
  for (const key of path) {
    places = places.flatMap((place) => children(schema, place, key));
  }
  return [...new Set(places.flatMap((place) => fieldsOf(schema, place)))];
}

function fieldsOf(root: JsonSchema, place: JsonSchema): string[] {
  const names = isSchema(place.propertyNames) ? resolve(root, place.propertyNames) : [];
  const keys = names.flatMap((one) => one.enum ?? []).map(String);
  return [...Object.keys(place.properties ?? {}), ...keys];
}

function children(root: JsonSchema, place: JsonSchema, key: PropertyKey): JsonSchema[] {
  const child =
    typeof key === 'number'
      ? place.items
      : (place.properties?.[String(key)] ?? place.additionalProperties);
  return isSchema(child) ? resolve(root, child) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema itself, or what it refers to, or each of its alternatives. */
function resolve(root: JsonSchema, schema: JsonSchema): JsonSchema[] {
  if (schema.$ref !== undefined) {
    const target = schema.$ref === '#' ? root : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return isSchema(target) ? resolve(root, target) : [];
  }
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...branches.filter(isSchema).flatMap((branch) => resolve(root, branch))];
}
