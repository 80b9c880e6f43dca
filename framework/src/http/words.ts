/** The words of messages that depend on the service and on the program: names of settings, as the users of the program know them. */
export interface Words {
  /** The name of the service, such as `Acme`. */
  readonly service: string;
  /** The program itself, at the start of a sentence. */
  readonly program: string;
  readonly apiKey: string;
  readonly endpoint: string;
  readonly caPath: string;
  /** Undefined if the program has no such setting. */
  readonly maxConcurrency?: string;
  /** Undefined if the program has no such setting. */
  readonly requestTimeout?: string;
}

/** Returns the words of a provider that does not name its settings. */
export function createWords(service: string, settings: Partial<Words> = {}): Words {
  return {
    program: "The provider",
    apiKey: "the API key",
    endpoint: "the endpoint",
    caPath: "the path of trusted certificates",
    ...settings,
    service,
  };
}

/** Returns the name of a program in the middle of a sentence. */
export function inSentence(program: string): string {
  return program.replace(/^The /, "the ");
}

/** Joins the sentences of a message. */
export function joinSentences(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(" ");
}
