/** Headers with one string each, as the host hands them to a function. */
export function joinHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    // the host drops headers without a value
    if (value !== undefined && value !== "") joined[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return joined;
}
