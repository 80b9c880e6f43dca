import * as fs from "node:fs";
import * as pulumi from "@pulumi/pulumi";

/** The provider of framework/examples/notes, written with pulumi.dynamic. */

/** The inputs of `new Note`. */
export interface NoteArgs {
  title: pulumi.Input<string>;
  text: pulumi.Input<string>;
  tags?: pulumi.Input<string[] | undefined>;
  password?: pulumi.Input<string | undefined>;
}

interface NoteInputs {
  title: string;
  text: string;
  tags?: string[];
  password?: string;
}

interface NoteOutputs extends NoteInputs {
  tags: string[];
  revision: number;
}

// Pulumi writes these functions and all that they use into the state. A class with private members cannot be written.
function readNotes(file: string): Record<string, NoteOutputs> {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, NoteOutputs>) : {};
}

function writeNotes(file: string, notes: Record<string, NoteOutputs>): void {
  fs.writeFileSync(file, JSON.stringify(notes, undefined, 2));
}

/** Writes a note, and counts its changes. */
function save(file: string, { title, text, tags = [], password }: NoteInputs): NoteOutputs {
  const notes = readNotes(file);
  const revision = (notes[title]?.revision ?? 0) + 1;
  const saved = { title, text, tags, ...(password !== undefined && { password }), revision };
  writeNotes(file, { ...notes, [title]: saved });
  return saved;
}

class NoteProvider implements pulumi.dynamic.ResourceProvider<NoteInputs, NoteOutputs> {
  private file = "";

  async configure({ config }: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.file = config.get("notes:file") ?? "notes.json";
  }

  async check(_: NoteInputs, inputs: NoteInputs): Promise<pulumi.dynamic.CheckResult<NoteInputs>> {
    const failures = inputs.title === "" ? [{ property: "title", reason: "the title is empty" }] : [];
    return { inputs, failures };
  }

  async diff(_: pulumi.ID, olds: NoteOutputs, news: NoteInputs): Promise<pulumi.dynamic.DiffResult> {
    const sorted = (tags: string[] = []) => [...tags].sort().join("\n");
    const changes =
      olds.title !== news.title ||
      olds.text !== news.text ||
      sorted(olds.tags) !== sorted(news.tags) ||
      olds.password !== news.password;
    return { changes, replaces: olds.title === news.title ? [] : ["title"] };
  }

  async create(inputs: NoteInputs): Promise<pulumi.dynamic.CreateResult<NoteOutputs>> {
    if (readNotes(this.file)[inputs.title]) throw new Error(`${inputs.title} already exists in the notebook`);
    return { id: inputs.title, outs: save(this.file, inputs) };
  }

  async read(id: pulumi.ID, state?: NoteOutputs): Promise<pulumi.dynamic.ReadResult<NoteOutputs>> {
    const found = readNotes(this.file)[id];
    if (!found) return { id: "" };
    // The notebook never returns the password, so the state keeps it.
    const { title, text, tags, revision } = found;
    const props = { title, text, tags, ...(state?.password !== undefined && { password: state.password }), revision };
    return { id, props };
  }

  async update(_: pulumi.ID, _olds: NoteOutputs, news: NoteInputs): Promise<pulumi.dynamic.UpdateResult<NoteOutputs>> {
    return { outs: save(this.file, news) };
  }

  async delete(id: pulumi.ID): Promise<void> {
    const { [id]: _, ...others } = readNotes(this.file);
    writeNotes(this.file, others);
  }
}

/** A note in the notebook. */
export class Note extends pulumi.dynamic.Resource {
  declare readonly title: pulumi.Output<string>;
  declare readonly text: pulumi.Output<string>;
  declare readonly tags: pulumi.Output<string[]>;
  declare readonly password: pulumi.Output<string | undefined>;
  declare readonly revision: pulumi.Output<number>;

  constructor(name: string, args: NoteArgs, options?: pulumi.CustomResourceOptions) {
    const secret = { ...args, password: args.password && pulumi.secret(args.password) };
    const merged = pulumi.mergeOptions(options, { additionalSecretOutputs: ["password"] });
    super(new NoteProvider(), name, { ...secret, revision: undefined }, merged, "notes", "Note");
  }
}
