/** Where a passage can be read: no owner's file has an address of its own. */
export const sourceUrl = (
  origin: string,
  { namespace, id }: { readonly namespace: string; readonly id: string },
): string => `${origin}/api/sources/${encodeURIComponent(namespace)}/${encodeURIComponent(id)}`;
