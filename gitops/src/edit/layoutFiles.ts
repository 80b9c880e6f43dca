import { isSameEmail } from "#provider";
import { isRecord, type Path } from "#framework";
import type { SourceFile } from "#framework/documents";
import { addItem, type EditedText, explainEntry, getAt, readData, removeEntry, setEntry } from "./yamlText";

/** The files of a layout, edited in memory. */
export class LayoutFiles {
  readonly #texts: Map<string, string>;
  /** The data of each file since its last edit. */
  readonly #data = new Map<string, unknown>();
  readonly #lostComments: { readonly file: string; readonly comment: string }[] = [];

  constructor(private readonly sources: readonly SourceFile[]) {
    this.#texts = new Map(sources.map(({ file, text }) => [file, text]));
  }

  get files(): readonly string[] {
    return [...this.#texts.keys()];
  }

  /** The comments that the edits have removed, because they were inside of removed lines. */
  get lostComments(): readonly { readonly file: string; readonly comment: string }[] {
    return this.#lostComments;
  }

  /** Returns a copy, whose edits do not change this one. */
  copy(): LayoutFiles {
    const copy = new LayoutFiles(this.sources);
    for (const [file, text] of this.#texts) copy.#texts.set(file, text);
    copy.#lostComments.push(...this.#lostComments);
    return copy;
  }

  /** The files after the edits. */
  listSources(): readonly SourceFile[] {
    return this.sources.map((source) => ({ ...source, text: this.#texts.get(source.file) ?? source.text }));
  }

  /** The files whose text differs. */
  listChanged(): readonly { readonly file: string; readonly before: string; readonly after: string }[] {
    return this.sources.flatMap(({ file, text: before }) => {
      const after = this.#texts.get(file) ?? before;
      return after === before ? [] : [{ file, before, after }];
    });
  }

  /** Returns the value at a path of a file; undefined if there is none. */
  read(file: string, path: Path): unknown {
    if (!this.#data.has(file)) this.#data.set(file, readData(this.#texts.get(file) ?? ""));
    return getAt(this.#data.get(file), path);
  }

  /** Returns the file with a value at a path; undefined if there is none. */
  findFile(path: Path): string | undefined {
    return this.files.find((file) => this.read(file, path) !== undefined);
  }

  /** Returns the keys of the map at a path of a file; none if there is no map. */
  listKeys(file: string, path: Path): readonly string[] {
    const value = this.read(file, path);
    return isRecord(value) ? Object.keys(value) : [];
  }

  /** Returns the key of a person under `people`; the case of an address does not matter. */
  findPerson(file: string, person: string): string | undefined {
    return this.listKeys(file, ["people"]).find((key) => isSameEmail(key, person));
  }

  /** @throws UneditableError if the file cannot be edited there. */
  set(file: string, path: Path, value: unknown): void {
    this.#edit(file, (text) => setEntry(text, path, value));
  }

  /** @throws UneditableError if the file cannot be edited there. */
  remove(file: string, path: Path): void {
    this.#edit(file, (text) => removeEntry(text, path));
  }

  /** Adds an item to a list. @throws UneditableError if the file cannot be edited there. */
  add(file: string, path: Path, item: string): void {
    this.#edit(file, (text) => addItem(text, path, item));
  }

  /** Replaces or removes the comment above an entry that begins with a label. @throws UneditableError if the file cannot be edited there. */
  explain(file: string, path: Path, label: string, comment: string | undefined): void {
    this.#edit(file, (text) => explainEntry(text, path, label, comment));
  }

  /** Removes a person from the list of addresses at a path; does nothing if the list does not contain the person. */
  removePerson(file: string, path: Path, person: string): void {
    const list = this.read(file, path);
    if (!Array.isArray(list)) return;
    const index = list.findIndex((item) => isSameEmail(item, person));
    if (index !== -1) this.remove(file, [...path, index]);
  }

  #edit(file: string, edit: (text: string) => EditedText): void {
    const { text, lostComments } = edit(this.#texts.get(file) ?? "");
    this.#texts.set(file, text);
    this.#data.delete(file);
    this.#lostComments.push(...lostComments.map((comment) => ({ file, comment })));
  }
}
