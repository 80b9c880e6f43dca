/** The longest list that is printed as a whole. People correct the first mistakes and run again, and logs have limits. */
export const mostPrinted = 100;

/** Returns the last line of a list whose first `mostPrinted` items are printed. Empty if there are no others. */
export function countOthers(list: readonly unknown[]): readonly string[] {
  const others = list.length - mostPrinted;
  return others > 0 ? [`and ${others.toLocaleString("en")} more`] : [];
}
