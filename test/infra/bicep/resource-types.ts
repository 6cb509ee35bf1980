/** What a value may be. A number is the place of a larger shape in `shapes`. */
export type Shape =
  | "text"
  | "number"
  | "truth"
  | "anything"
  | number
  | { readonly oneOf: readonly Shape[] }
  | { readonly literal: string }
  | { readonly list: Shape }
  | ObjectShape
  | CaseShape;

export interface ObjectShape {
  readonly properties: Readonly<Record<string, Property>>;
  /** What properties of any other name may be; without it there are none. */
  readonly others?: Shape;
}

/** An object whose other properties depend on the value of one. */
export interface CaseShape {
  readonly by: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly cases: Readonly<Record<string, Shape>>;
}

export interface Property {
  readonly shape: Shape;
  readonly required?: true;
  readonly readOnly?: true;
}

/** What `npm run bicep:types` keeps of Azure's type data: resource types with their API version, and their shapes. */
export interface ResourceTypes {
  readonly resources: Readonly<Record<string, Shape>>;
  readonly shapes: readonly Shape[];
}
