/** The longest list that is printed as a whole: people correct the first mistakes and look again, and logs have limits. */
export const mostPrinted = 100;

/** The last line of a list of which only the first `mostPrinted` are printed; empty if there are no others. */
export function andMore(list: readonly unknown[]): readonly string[] {
  const others = list.length - mostPrinted;
  return others > 0 ? [`and ${others.toLocaleString("en")} more`] : [];
}
