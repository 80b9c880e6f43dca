/** Returns the items of a list once each, for lists in which a repetition has no meaning. Other values pass unchanged. */
export function distinct(list: unknown): unknown {
  return Array.isArray(list) ? [...new Set<unknown>(list)] : list;
}
