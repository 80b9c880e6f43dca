/** What a command knows and touches of the world around it. Tests give it another one. */
export interface Terminal {
  /** The folder that relative paths start from. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The moment of the call; all days and ages are counted from it. */
  readonly now: Date;
  /** Whether standard output is a terminal that shows colours. */
  readonly colored: boolean;
  /** All of standard input, as UTF-8. */
  input(): Promise<string>;
  /** Calls `heed` each time that somebody wants the process to end, instead of ending it, until what it gives back is called. */
  onInterrupt(heed: () => void): () => void;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes a text to standard output without changes. The text is printable but for its own colors and workflow commands. */
  printMarked(text: string): void;
  /** Writes to standard error: what is no part of the answer. */
  say(text: string): void;
}
