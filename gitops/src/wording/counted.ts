/** A number as people write it: `2,000`. */
export function numbered(count: number): string {
  return count.toLocaleString("en");
}

/** A number of things: `1 person`, `2,000 people`. Of most words the plural need not be given: `2 days`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numbered(count)} ${count === 1 ? one : many}`;
}
