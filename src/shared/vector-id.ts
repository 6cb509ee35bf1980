/** Names a vector of a passage in an index: of its unit, or of all of it. */
export const vectorId = (passage: string, unit: number | undefined): string =>
  unit === undefined ? passage : `${passage}.${unit}`;

/** What a vector stands for. */
export const partsOfVectorId = (id: string): { readonly passage: string; readonly unit?: number } => {
  const place = id.lastIndexOf(".");
  return place < 0 ? { passage: id } : { passage: id.slice(0, place), unit: Number(id.slice(place + 1)) };
};
