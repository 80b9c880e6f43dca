import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";

const note = z.object({
  title: z.string(),
  text: z.string(),
  tags: z.array(z.string()).default([]),
  /** The number of changes since the note was written. */
  revision: z.int(),
});

/** A note as the API returns it. */
export type Note = z.output<typeof note>;

const storedNote = note.extend({ password: z.string().optional() });
const notes = z.record(z.string(), storedNote);

/** The API of the example: notes in a JSON file, each under its title. */
export class Notebook {
  readonly name = "the notebook";

  constructor(private readonly file: string) {}

  titles(): Promise<readonly string[]> {
    return Promise.resolve(Object.keys(this.#read()));
  }

  find(title: string): Promise<Note | undefined> {
    return Promise.resolve(note.optional().parse(this.#read()[title]));
  }

  /** Writes a note, and counts its changes. */
  save(written: Omit<z.input<typeof storedNote>, "revision">): Promise<Note> {
    const all = this.#read();
    const saved = storedNote.parse({ ...written, revision: (all[written.title]?.revision ?? 0) + 1 });
    this.#write({ ...all, [written.title]: saved });
    return Promise.resolve(note.parse(saved));
  }

  remove(title: string): Promise<void> {
    const others = Object.entries(this.#read()).filter(([other]) => other !== title);
    this.#write(Object.fromEntries(others));
    return Promise.resolve();
  }

  #read(): z.output<typeof notes> {
    return existsSync(this.file) ? notes.parse(JSON.parse(readFileSync(this.file, "utf8"))) : {};
  }

  #write(all: z.output<typeof notes>): void {
    writeFileSync(this.file, JSON.stringify(all, undefined, 2));
  }
}
