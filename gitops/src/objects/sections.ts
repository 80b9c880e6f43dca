/** The sections of settings and objects in reviews. */
export const sections = [
  "general",
  "security",
  "billing",
  "projects",
  "tokens",
  "webhooks",
  "protection",
  "guards",
  "released",
] as const;

export type Section = (typeof sections)[number];
