/** What the published JSON Schemas share. */

export const text = { type: "string" } as const;
export const count = { type: "integer", minimum: 0 } as const;

/** How every published JSON names an object. */
export const objectProperties = {
  kind: { ...text, description: "The kind of object, e.g. column." },
  object: { ...text, description: "The address as people write it, e.g. public.orders.total." },
  key: { ...text, description: "The unambiguous text of the object's key, e.g. column:public.orders.total." },
} as const;

export interface RecordSchema<P> {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly required?: readonly string[];
  readonly properties: P;
}

/** An object with these properties and no others; all of them required but the optional ones. */
export function record<const P extends object>(
  properties: P,
  optional: readonly (keyof P & string)[] = [],
): RecordSchema<P> {
  const required = Object.keys(properties).filter((name) => !(optional as readonly string[]).includes(name));
  return {
    type: "object",
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties,
  };
}

export function list<const T extends object>(
  items: T,
  description: string,
): { readonly type: "array"; readonly items: T; readonly description: string } {
  return { type: "array", items, description };
}
